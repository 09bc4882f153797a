import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ruleText } from '../../golden/rules/render.ts'

const FOLDER = new URL('../../golden/rules/', import.meta.url)
const INPUT = /^(.+)\.in\.(yaml|json|csv)$/
const inputs = readdirSync(FOLDER).filter((name) => INPUT.test(name))

test('the golden folder of the rules holds at least eighty pairs', () => {
  const outputs = readdirSync(FOLDER).filter((name) => name.endsWith('.out.txt'))

  expect(outputs.length).toBe(inputs.length)
  expect(inputs.length).toBeGreaterThanOrEqual(80)
})

for (const input of inputs) {
  test(`rule text is answered exactly as written down in ${input}`, () => {
    const expected = new URL(input.replace(INPUT, '$1.out.txt'), FOLDER)
    const bytes = readFileSync(new URL(input, FOLDER))

    const text = ruleText(input.replace('.in.', '.'), bytes)

    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, text)
    expect(text).toBe(readFileSync(expected, 'utf8'))
  })
}
