import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Scalar, YAMLMap, YAMLParseError } from 'yaml'
import { fileErrorFrom } from '../files/file-error.ts'
import type { SharedOption } from './shared-options.ts'
import { CONFIG_OPTIONS } from './shared-options.ts'
import { UsageError } from './usage-error.ts'

/** Values by option name, as the flags would have them; lists for list options. */
export type ConfigValues = ReadonlyMap<string, string | readonly string[]>

/** A configuration file, read and checked. */
export interface ConfigFile {
  /** As shown to the user. */
  readonly name: string
  /** Folder that relative paths in it start from. */
  readonly folder: string
  readonly values: ConfigValues
}

/** Reads the configuration at a path; `name` is how it is shown. */
export function readConfig(path: string, name: string): ConfigFile {
  return { name, folder: dirname(path), values: parseConfig(name, readText(path, name)) }
}

/** A configuration is a page of text. */
const CONFIG_BYTES_LIMIT = 1_048_576

/** O_NONBLOCK, so that a FIFO of that name cannot make us wait for ever. */
function readText(path: string, name: string): string {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    throw fileErrorFrom(cause, 'read', name)
  }
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw new UsageError(`${name} is no regular file`, 'write the options into a file')
    if (stats.size > CONFIG_BYTES_LIMIT)
      throw new UsageError(`${name} has ${stats.size} bytes, more than ${CONFIG_BYTES_LIMIT}`, 'shorten it')
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(fd))
  } catch (cause) {
    if (cause instanceof TypeError) throw new UsageError(`${name} is not UTF-8`, 'save it as UTF-8')
    throw cause instanceof UsageError ? cause : fileErrorFrom(cause, 'read', name)
  } finally {
    closeSync(fd)
  }
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
    throw new UsageError(
      `${place(broken.pos[0])} ${syntaxProblem(broken)}`,
      'write options as "name: value" lines',
    )
  if (document.contents === null) return new Map()
  if (!isMap(document.contents)) throw new UsageError(`${place(0)} expected options as "name: value" lines`)
  return new Map(readOptions(document.contents, CONFIG_OPTIONS, '', place))
}

type ConfigEntry = readonly [name: string, value: string | readonly string[]]

function readOptions(
  map: YAMLMap,
  options: readonly SharedOption[],
  prefix: string,
  place: ConfigPlace['place'],
): readonly ConfigEntry[] {
  return map.items.flatMap(({ key, value }): readonly ConfigEntry[] => {
    if (!isScalar(key) || typeof key.value !== 'string')
      throw new UsageError(`${place(0)} expected the name of an option`)
    const keyStart = key.range?.[0] ?? 0
    const option = options.find(({ name }) => name === prefix + String(key.value))
    if (option === undefined) throw unknownKey(place(keyStart), prefix + key.value, options)
    const at = { place, keyStart }
    if (option.members === undefined) return [[option.name, readValue(option, value, at)]]
    if (!isMap(value)) throw new UsageError(`${placeOf(value, at)} ${option.name} needs "name: value" lines`)
    return readOptions(value, option.members, `${option.name}.`, place)
  })
}

function syntaxProblem({ code, message }: YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document begins here'
  if (message.includes('call stack')) return 'the lists here are nested too deep'
  return message.split(' at line ')[0] ?? 'not YAML'
}

function unknownKey(place: string, key: string, options: readonly SharedOption[]): UsageError {
  return new UsageError(
    `${place} unknown option "${key}"`,
    `options here are named as the flags are, without dashes in front: ${options.map(({ name }) => name).join(', ')}`,
  )
}

function readValue(option: SharedOption, node: unknown, at: ConfigPlace): string | readonly string[] {
  if (option.isList === true && isSeq(node)) return node.items.map((item) => scalarText(option, item, at))
  const text = scalarText(option, node, at)
  if (option.choices !== undefined && !option.choices.includes(text)) {
    throw new UsageError(
      `${placeOf(node, at)} ${option.name} is one of ${option.choices.join(', ')}, found "${text}"`,
    )
  }
  return option.isList === true ? [text] : text
}

interface ConfigPlace {
  readonly place: (offset: number) => string
  /** Where the option's name stands, for values that have no place of their own. */
  readonly keyStart: number
}

function placeOf(node: unknown, { place, keyStart }: ConfigPlace): string {
  return place((isNode(node) ? node.range?.[0] : null) ?? keyStart)
}

function scalarText(option: SharedOption, node: unknown, at: ConfigPlace): string {
  if (!isScalar(node) || node.value === null)
    throw new UsageError(
      `${placeOf(node, at)} ${option.name} needs ${option.isList === true ? 'a list of texts' : 'a single value'}`,
      isAlias(node) ? 'write the value itself, not an alias' : null,
    )
  return sourceText(node)
}

/** The value as written: YAML reads `off` and `24` as other things than text in some of its versions. */
function sourceText(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}
