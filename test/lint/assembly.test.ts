import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KERNELS } from '../support/compile-kernel.ts'
import { type AssemblyFile, lintAssembly } from '../support/lint-assembly.ts'
import { REPOSITORY_ROOT } from '../support/source-files.ts'

const SOURCES: readonly AssemblyFile[] = KERNELS.flatMap(({ folder }) =>
  readdirSync(join(REPOSITORY_ROOT, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .map((name) => ({ name, text: readFileSync(join(REPOSITORY_ROOT, name), 'utf8') })),
)
const ENDLESS = '\nexport function endless(): void {\n  for (;;) break\n}\n'

test('the linter accepts the kernels as they are', async () => {
  const { isClean, output } = await lintAssembly(SOURCES)

  expect(output).toContain(`${SOURCES.length} files with 1 rule`)
  expect(isClean, output).toBe(true)
})

test('the linter refuses loops without a condition in every kernel, and says where they are', async () => {
  const planted = KERNELS.map(({ folder }) => {
    const name = join(folder, 'bytes.ts')
    return { name, text: `${SOURCES.find((file) => file.name === name)?.text}${ENDLESS}` }
  })

  const { isClean, output } = await lintAssembly([
    ...planted,
    { name: 'counting.ts', text: 'for (let i = 0; ; i++) break\n' },
    { name: 'bounded.ts', text: 'for (let i: i32 = 0; i < 3; i++) {}\n' },
  ])

  expect(isClean).toBe(false)
  expect(output).toContain('Write `while (true)`: the compiler of AssemblyScript breaks this loop.')
  for (const { name, text } of planted) {
    const line = text.split('\n').findIndex((content) => content.includes('for (;;)')) + 1
    expect(output).toContain(`${name}:${line}:3`)
  }
  expect(output).toContain('counting.ts:1:1')
  expect(output).not.toContain('bounded.ts')
})

test('the linter refuses a file that it cannot read', async () => {
  const { isClean } = await lintAssembly([{ name: 'a.ts', text: 'function {\n' }])

  expect(isClean).toBe(false)
})
