import { expect, test } from 'vitest'
import type { ConsoleOutput } from '../../../src/cli/console-output.ts'
import { ProgressLine } from '../../../src/cli/progress-line.ts'

function recorder(isErrorTerminal: boolean): { readonly output: ConsoleOutput; readonly written: string[] } {
  const written: string[] = []
  const output = {
    isErrorTerminal,
    colorOut: false,
    colorError: false,
    width: 80,
    out: (): void => expect.unreachable('progress is no result'),
    endWhenUnread: (): void => {},
    error: (text: string): void => void written.push(text),
  }
  return { output, written }
}

test('the progress line says what will be read before the first byte, and is erased at the end', () => {
  const { output, written } = recorder(true)
  const line = new ProgressLine(output)

  line.show({ bytes: 0, records: 0, totalBytes: 301_000_000 })
  line.clear()
  line.clear()

  expect(written).toEqual(['\r\x1b[Kreading 301 MB', '\r\x1b[K'])
})

test('the progress line shows the share read where the total is known, and the rates alone where it is not', () => {
  const known = recorder(true)
  const unknown = recorder(true)

  new ProgressLine(known.output).show({ bytes: 64e6, records: 9, totalBytes: 256e6 })
  new ProgressLine(unknown.output).show({ bytes: 64e6, records: 9, totalBytes: null })

  expect(known.written.join('')).toMatch(
    /K64\.0 MB of 256 MB \(25 %\) {2}\S+ \S+\/s {2}[\d,]+ records\/s {2}.+ left$/,
  )
  expect(unknown.written.join('')).toMatch(/K64\.0 MB {2}\S+ \S+\/s {2}[\d,]+ records\/s$/)
})

test('the progress line writes nothing where stderr is no terminal', () => {
  const { output, written } = recorder(false)
  const line = new ProgressLine(output)

  line.show({ bytes: 1, records: 1, totalBytes: 2 })
  line.clear()

  expect(written).toEqual([])
})
