import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { REPOSITORY, temporaryFolder } from './support/run-cli.ts'

const run = promisify(execFile)
const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')

/** A project that has installed the built package and these others. */
function projectWith(packages: readonly string[]): string {
  const folder = temporaryFolder('readme-testing')
  const installed = join(folder, 'node_modules', 'dryfire')
  mkdirSync(installed, { recursive: true })
  for (const name of ['package.json', 'dist'])
    cpSync(join(REPOSITORY, name), join(installed, name), { recursive: true })
  for (const name of [...Object.keys(packageJson.dependencies), ...packages]) {
    mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true })
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(folder, 'node_modules', name))
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}')
  cpSync(join(REPOSITORY, 'samples'), join(folder, 'samples'), { recursive: true })
  return folder
}

function exampleOf(subject: string): string {
  const blocks = [...README.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '')
  const example = blocks.find((block) => block.includes(subject))
  if (example === undefined) throw new Error(`the README shows no example of ${subject}`)
  return example
}

test('the tests that the README shows pass in a project of their own, and have correct types', async () => {
  const folder = projectWith(['vitest', 'fast-check', 'typescript', '@types/node'])
  writeFileSync(join(folder, 'rules.test.ts'), exampleOf('dryfire/testing'))
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--types',
    'node',
    '--skipLibCheck',
  ]

  const tests = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--root', '.'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', VITEST: '' },
  })
  const types = await run(
    process.execPath,
    ['node_modules/typescript/bin/tsc', ...options, 'rules.test.ts'],
    { cwd: folder },
  )

  expect(tests.stdout).toMatch(/Tests\s+3 passed \(3\)/)
  expect(types.stdout).toBe('')
})

test('neither dryfire nor the matchers need fast-check or vitest; an arbitrary says what it needs', async () => {
  const folder = projectWith([])
  const script = `
    import { parseRules } from 'dryfire'
    import { checkLaws, dryfireMatchers, indicators } from 'dryfire/testing'
    import { readFileSync } from 'node:fs'
    const name = 'samples/rules/network.rules.yaml'
    const { rules } = parseRules([{ name, bytes: readFileSync(name) }], { readSibling: () => null })
    console.log(dryfireMatchers.toFire(rules, { RemoteUrl: 'a1.q.drain.invalid' }).pass)
    console.log(checkLaws(rules, { runs: 2, seed: 1 }).laws.every(({ counterexample }) => counterexample === null))
    try { indicators() } catch (error) { console.log(error.message) }
  `
  writeFileSync(join(folder, 'plain.js'), script)

  const env = { ...process.env, FORCE_COLOR: '0' }
  const { stdout } = await run(process.execPath, ['plain.js'], { cwd: folder, env })

  expect(stdout.split('\n')).toEqual([
    'true',
    'true',
    'the arbitraries of dryfire/testing need fast-check 4: npm install --save-dev fast-check',
    '',
  ])
})
