import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { startRehearsal } from './support/rehearsal.ts'
import { REPOSITORY, runCli, temporaryFolder } from './support/run-cli.ts'

const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')
const copy = temporaryFolder('readme')

beforeAll(() => {
  for (const name of ['package.json', 'dist', 'src', 'samples', 'README.md'])
    cpSync(join(REPOSITORY, name), join(copy, name), { recursive: true })
  symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'))
})

/** Contents of the fenced blocks of a language. */
function blocks(language: string): readonly string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? '',
  )
}

const commandBlocks = blocks('sh')
  .map((block) => block.split('\n').filter((line) => line.startsWith('npx dryfire ')))
  .filter((lines) => lines.length > 0)

test('the README shows the commands that this test runs', () => {
  expect(commandBlocks.flat().length).toBeGreaterThanOrEqual(14)
})

test.each(commandBlocks.map((lines) => [lines[0] ?? '', lines] as const))(
  'the README commands from %s on end well in a copy',
  async (_, lines) => {
    // A server runs until it is stopped: it stands beside the commands that follow, which get what it prints.
    const isServed = lines.some((line) => line.startsWith('npx dryfire serve'))
    const rehearsal = isServed ? await startRehearsal(copy) : null

    for (const command of lines.filter((line) => !line.startsWith('npx dryfire serve'))) {
      const result = await runCli(command.split(' ').slice(2), { cwd: copy, env: rehearsal?.env ?? {} })

      expect({ command, code: result.code, stderr: result.stderr }).toMatchObject({ command, code: 0 })
      expect(result.stdout).not.toBe('')
    }
    await rehearsal?.stop()
  },
)

/** What a script prints, without the colours that numbers have where the environment forces them. */
function runExample(name: string, cwd: string): string {
  return execFileSync(process.execPath, [name], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0' },
  })
}

test('the emulator example of the README runs in a copy', () => {
  const [example = ''] = blocks('js')
  const folder = join(copy, 'emulator')
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(copy, join(folder, 'node_modules', 'dryfire'))
  writeFileSync(join(folder, 'example.mjs'), `${example}\nconsole.log(reply.status, await reply.text())\n`)

  const printed = runExample('example.mjs', folder)

  expect(printed).toMatch(/^200 .*"value":\[\]/)
})

test('the library example of the README runs in a copy and prints every definition', () => {
  const [example = ''] = blocks('ts')
  const folder = join(copy, 'example')
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(copy, join(folder, 'node_modules', 'dryfire'))
  writeFileSync(join(folder, 'example.ts'), example)
  symlinkSync(join(copy, 'samples'), join(folder, 'samples'))

  const printed = runExample('example.ts', folder)

  expect(printed).toContain('dns-tunnel 2')
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(11)
})

test('the rule file of the README is a rule file, and passes the test of the README', async () => {
  const [rules = ''] = blocks('yaml').filter((block) => block.startsWith('alertDefinitions'))
  const folder = temporaryFolder('readme-rules')
  writeFileSync(join(folder, 'c2.rules.yaml'), rules)
  writeFileSync(
    join(folder, 'c2-hashes.csv'),
    'Type,DetectionFunction,Value\nMd5,Equals,0123456789abcdef0123456789abcdef\n',
  )

  expect(await runCli(['lint', folder])).toMatchObject({ code: 0 })

  const [tests = ''] = blocks('yaml').filter((block) => block.startsWith('table:'))
  writeFileSync(join(folder, 'c2.test.yaml'), tests)

  expect(await runCli(['test', folder])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 passed'),
  })
})
