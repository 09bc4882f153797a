import { expect, test } from 'vitest'
import { StatusLine } from '../../../src/cli/status-line.ts'

test('a status line shows a new phase at once, and the same one at most ten times a second', () => {
  const drawn: string[] = []
  const line = new StatusLine({
    isErrorTerminal: true,
    colorOut: false,
    colorError: false,
    width: 80,
    out: () => {},
    endWhenUnread: () => {},
    error: (text) => drawn.push(text),
  })

  line.show('writing', () => 'writing: 0')
  line.show('writing', () => 'writing: 1')
  line.show('reading', () => 'reading: 1')
  line.show('writing', () => 'writing: 2')
  line.clear()

  expect(drawn.map((text) => text.replace('\r\u001b[K', ''))).toEqual([
    'writing: 0',
    'reading: 1',
    'writing: 2',
    '',
  ])
})
