import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { observe } from '../../src/logs/observe.ts'
import { PlainValue } from '../../src/logs/plain-value.ts'
import { OBSERVABLE_KINDS } from '../../src/model/field-map.ts'
import {
  addressFieldText,
  domainFieldText,
  hashFieldText,
  nameText,
  urlFieldText,
} from '../support/arbitrary-values.ts'
import { parameters, runs } from '../support/runs.ts'

const SHARE = 0.02

const fieldText = fc.oneof(
  addressFieldText,
  domainFieldText,
  urlFieldText,
  hashFieldText,
  nameText.map((name) => `https://${name}/p?q#f`),
  nameText.map((name) => `${name}/p`),
)

test('for all texts of fields, a plain value is what observing the text finds', () => {
  const value = new PlainValue()
  let valueCount = 0
  let nothingCount = 0

  fc.assert(
    fc.property(fieldText, fc.constantFrom(...OBSERVABLE_KINDS), fc.nat(3), (text, kind, offset) => {
      const bytes = Buffer.concat([Buffer.alloc(offset, 'a'), Buffer.from(text), Buffer.from('//evil')])
      const end = bytes.length - '//evil'.length

      const reading = value.read(kind, bytes, offset, end)

      if (reading === 'odd') return
      const found = reading === 'nothing' ? [] : [{ type: value.indicatorType, value: value.text }]
      if (reading === 'value') valueCount += 1
      else nothingCount += 1
      expect(observe(kind, bytes.toString('utf8', offset, end))).toEqual({
        findings: found,
        isNotAName: false,
      })
    }),
    parameters(SHARE),
  )

  expect(valueCount).toBeGreaterThan(runs(SHARE) / 20)
  expect(nothingCount).toBeGreaterThan(runs(SHARE) / 20)
})
