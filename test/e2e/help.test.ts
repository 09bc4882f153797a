import { expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'

/** Columns where no terminal says how many it has. */
const WIDTH = 100

async function helpOf(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli([...words, '--help'])
  expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' })
  return stdout
}

test('help lists every command under what it is for, in lines that fit', async () => {
  const help = await helpOf([])

  expect(help.match(/^\S.*:$/gm)).toEqual([
    'Options:',
    'Rules on logs:',
    'Rules and their tests:',
    'Rules in a tenant:',
    'Help:',
    'Examples:',
  ])
  expect(help.match(/^ {2}[a-z-]+ (?=\[|<)/gm)).toHaveLength(19)
})

test('the help of replay shows the options that commands share under headings, with their choices and defaults', async () => {
  const help = await helpOf(['replay'])

  expect(help.match(/^\S.*:$/gm)).toEqual([
    'Arguments:',
    'Options:',
    'Rules:',
    'How logs are read:',
    'What matches, and how it is counted:',
    'Which detections are shown:',
    'How the work is done:',
    'Examples:',
  ])
  expect(help.replaceAll(/\s+/g, ' ')).toContain('initiating process too (object | both; default: both)')
  const long = help.split('\n').filter((line) => line.length > WIDTH)
  expect(long.filter((line) => !line.startsWith('  $ '))).toEqual([])
})
