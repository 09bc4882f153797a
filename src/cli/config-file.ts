import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Scalar } from 'yaml'
import type { SharedOption } from './shared-options.ts'
import { CONFIG_OPTIONS } from './shared-options.ts'
import { UsageError } from './usage-error.ts'

export const CONFIG_NAME = 'dryfire.config.yaml'

/** Values by option name, as the flags would have them; lists for list options. */
export type ConfigValues = ReadonlyMap<string, string | readonly string[]>

export interface ConfigFile {
  /** As shown to the user. */
  readonly name: string
  /** Folder that relative paths in it start from. */
  readonly folder: string
  readonly values: ConfigValues
}

/** The configuration that applies in a folder: the nearest one upwards, no further than the repository's root. */
export function findConfig(folder: string): ConfigFile | null {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, CONFIG_NAME)
    if (existsSync(path)) return readConfig(path, relative(folder, path) || CONFIG_NAME)
    if (existsSync(join(at, '.git')) || dirname(at) === at) return null
  }
}

function readConfig(path: string, name: string): ConfigFile {
  return { name, folder: dirname(path), values: parseConfig(name, readFileSync(path, 'utf8')) }
}

/** Reads a configuration. Throws a UsageError with `file:line:column` for anything that no option has. */
export function parseConfig(name: string, text: string): ConfigValues {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const broken = document.errors[0]
  if (broken !== undefined)
    throw new UsageError(`${place(broken.pos[0])} ${broken.message.split(' at line ')[0] ?? 'not YAML'}`)
  const values = new Map<string, string | readonly string[]>()
  if (document.contents === null) return values
  if (!isMap(document.contents)) throw new UsageError(`${place(0)} expected options as "name: value" lines`)
  for (const pair of document.contents.items) {
    const key = pair.key
    if (!isScalar(key) || typeof key.value !== 'string')
      throw new UsageError(`${place(0)} expected the name of an option`)
    const option = CONFIG_OPTIONS.find((candidate) => candidate.name === key.value)
    if (option === undefined) throw unknownKey(place(key.range?.[0] ?? 0), key.value)
    values.set(option.name, readValue(option, pair.value, place))
  }
  return values
}

function unknownKey(place: string, key: string): UsageError {
  return new UsageError(
    `${place} unknown option "${key}"`,
    `options here are named as the flags are, without dashes in front: ${CONFIG_OPTIONS.map(({ name }) => name).join(', ')}`,
  )
}

function readValue(
  option: SharedOption,
  node: unknown,
  place: (offset: number) => string,
): string | readonly string[] {
  if (option.isList === true && isSeq(node)) return node.items.map((item) => scalarText(option, item, place))
  const text = scalarText(option, node, place)
  if (option.choices !== undefined && !option.choices.includes(text)) {
    const offset = isScalar(node) ? (node.range?.[0] ?? 0) : 0
    throw new UsageError(
      `${place(offset)} ${option.name} is one of ${option.choices.join(', ')}, found "${text}"`,
    )
  }
  return option.isList === true ? [text] : text
}

function scalarText(option: SharedOption, node: unknown, place: (offset: number) => string): string {
  if (!isScalar(node) || node.value === null)
    throw new UsageError(
      `${place(0)} ${option.name} needs ${option.isList === true ? 'a list of texts' : 'a single value'}`,
    )
  return sourceText(node)
}

/** The value as written: YAML reads `off` and `24` as other things than text in some of its versions. */
function sourceText(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}
