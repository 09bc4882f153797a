import { format, inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../../../src/sync/secret.ts'

test('a secret shows in no form of output, and its value is had by asking for it', () => {
  const secret = new Secret('hunter2-hunter2')
  const shown = [
    String(secret),
    'a '.concat(String(secret)),
    ['a', secret].join(' '),
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: null, showHidden: true, getters: true }),
    format('%s %o %O %j', secret, secret, secret, secret),
    JSON.stringify(structuredClone(secret)),
    JSON.stringify(Object.entries(secret)),
    inspect(new Error('failed', { cause: secret })),
  ]

  expect(shown.filter((text) => text.includes('hunter2'))).toEqual([])
  expect(shown.slice(0, 4)).toEqual(['[secret]', 'a [secret]', 'a [secret]', '{"secret":"[secret]"}'])
  expect(secret.reveal()).toBe('hunter2-hunter2')
})
