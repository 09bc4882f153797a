import { expect, test } from 'vitest'
import { cutToWidth, padToWidth, textWidth } from '../../../src/report/text-width.ts'

test('textWidth counts wide characters and emoji twice and combining marks not at all', () => {
  expect(textWidth('abc')).toBe(3)
  expect(textWidth('日本')).toBe(4)
  expect(textWidth('e\u0301')).toBe(1)
  expect(textWidth('🦊')).toBe(2)
  expect(textWidth('ﾊﾛｰ')).toBe(3)
  expect(textWidth('Ｆ')).toBe(2)
})

test('cutToWidth never exceeds the width, also where a wide character would be halved', () => {
  expect(cutToWidth('abcdef', 6)).toBe('abcdef')
  expect(cutToWidth('abcdef', 4)).toBe('abc…')
  expect(cutToWidth('日本語', 4)).toBe('日…')
  expect(cutToWidth('日本語', 5)).toBe('日本…')
  expect(cutToWidth('abc', 1)).toBe('…')
})

test('cutToWidth keeps the end of a text on request', () => {
  expect(cutToWidth('logs/2026/11/23/PT1H.json', 10, 'end')).toBe('…PT1H.json')
})

test('padToWidth fills by columns on either side', () => {
  expect(padToWidth('日', 4)).toBe('日  ')
  expect(padToWidth('7', 3, 'right')).toBe('  7')
  expect(padToWidth('long', 2)).toBe('long')
})
