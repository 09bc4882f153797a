import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TEST_CODES } from '../../../src/harness/test-codes.ts'
import { testFileText } from '../../golden/harness/render.ts'

const FOLDER = new URL('../../golden/harness/', import.meta.url)
const INPUT = /^(.+)\.in\.(yaml|json|rules\.yaml)$/
const inputs = readdirSync(FOLDER).filter((name) => INPUT.test(name))
const outputs = readdirSync(FOLDER).filter((name) => name.endsWith('.out.txt'))

test('the golden folder holds at least sixty test files with planted faults', () => {
  expect(outputs.length).toBe(inputs.length)
  expect(inputs.length).toBeGreaterThanOrEqual(60)
})

for (const input of inputs) {
  test(`a planted fault is answered exactly as written down in ${input}`, async () => {
    const expected = new URL(input.replace(INPUT, '$1.out.txt'), FOLDER)
    const bytes = readFileSync(new URL(input, FOLDER))

    const text = await testFileText(input.replace('.in.', input.includes('.rules.') ? '.' : '.test.'), bytes)

    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, text)
    expect(text).toBe(readFileSync(expected, 'utf8'))
    expect(text).toMatch(/exit [13]\n$/)
  })
}

test('every code of a mistake has its meaning in the table, none is left over, and most are planted', () => {
  const sources = [
    ...globSync('src/harness/*.ts').filter((name) => !name.endsWith('test-codes.ts')),
    ...globSync(['src/cli/*.ts', 'src/cli/commands/*.ts']),
  ]
  const written = new Set(
    sources.flatMap((name) =>
      Array.from(readFileSync(name, 'utf8').matchAll(/'((?:TEST|QUOTA)\d{3})'/g), ([, code]) => code),
    ),
  )
  const planted = outputs.map((name) => readFileSync(new URL(name, FOLDER), 'utf8')).join('')

  expect(written).toEqual(new Set(Object.keys(TEST_CODES)))
  expect(Object.keys(TEST_CODES).filter((code) => !planted.includes(code))).toEqual([
    'TEST000',
    'TEST020',
    'QUOTA001',
    'QUOTA002',
    'QUOTA003',
  ])
})
