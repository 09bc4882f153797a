import { expect, test } from 'vitest'
import { Redactor } from '../../../../src/sync/redactor.ts'
import { Secret } from '../../../../src/sync/secret.ts'

function redactorOf(...secrets: readonly string[]): Redactor {
  const redactor = new Redactor()
  for (const secret of secrets) redactor.add(new Secret(secret))
  return redactor
}

test.each([
  ['as it stands', 'a Secret~1/x= b', 'a [secret] b'],
  ['twice', 'Secret~1/x=Secret~1/x=', '[secret][secret]'],
  ['percent-encoded', 'a Secret%7E1%2fx%3D b', 'a [secret] b'],
  ['percent-encoded throughout', 'a %53%65%63%72%65%74%7e%31%2f%78%3d b', 'a [secret] b'],
  ['JSON-escaped', 'a Secret~1\\/x\\u003d b', 'a [secret] b'],
  [
    'JSON-escaped throughout',
    '\\u0053\\u0065\\u0063\\u0072\\u0065\\u0074\\u007e\\u0031\\u002f\\u0078\\u003d',
    '[secret]',
  ],
  ['in hexadecimal', Buffer.from('Secret~1/x=').toString('hex'), '[secret]'],
  ['in Base64', `<${Buffer.from('Secret~1/x=').toString('base64')}>`, '<[secret]0=>'],
])('a secret %s is taken out', (_form, text, expected) => {
  expect(
    redactorOf('Secret~1/x=')
      .redact(text)
      .replace(/\[secret\][\w+/-]{0,2}=*>/, '[secret]0=>'),
  ).toBe(expected)
})

test.each([0, 1, 2, 3, 4, 5])('a secret in Base64 behind %i other bytes is taken out', (before) => {
  const secret = 'k~?>k~?>secret-value-0123456789'
  const encoded = Buffer.from('x'.repeat(before) + secret + 'y'.repeat(before))
  const redactor = redactorOf(secret)

  const texts = [encoded.toString('base64'), encoded.toString('base64url')].map((text) =>
    redactor.redact(text),
  )

  for (const text of texts) {
    expect(text).toContain('[secret]')
    expect(text.replace('[secret]', '').length).toBeLessThan(20)
  }
})

test('secrets that overlap or hold one another are taken out whole', () => {
  const redactor = redactorOf('abcdefgh', 'efghijkl', 'abcdefghijklmnop')

  expect(redactor.redact('xx abcdefghijkl yy abcdefghijklmnop zz')).toBe('xx [secret] yy [secret] zz')
})

test('text without a secret is unchanged, escapes and all', () => {
  const text = 'path?x=%41%zz\\u00e9\\n "quoted" 🙂'

  expect(redactorOf('secret-value').redact(text)).toBe(text)
  expect(redactorOf().redact(text)).toBe(text)
})

test('a secret across the end of what is kept leaves no beginning behind', () => {
  const secret = 'secret-value-of-some-length'
  const redactor = redactorOf(secret)

  const results = [0, 5, 20].map((shift) => redactor.redact(`${'.'.repeat(65_536 - shift)}${secret}`))

  expect(results.filter((text) => text.includes('secret-'))).toEqual([])
})

test('a secret too short to be one leaves words alone', () => {
  expect(redactorOf('a', 'the').redact('what the service said')).toBe('what the service said')
})
