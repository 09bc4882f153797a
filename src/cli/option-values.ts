import { resolve, relative } from 'node:path'
import { Option, type Command } from 'commander'
import { choiceOption } from './choice-option.ts'
import type { ConfigFile } from './config-file.ts'
import type { SharedOption } from './shared-options.ts'
import { CONFIG_OPTIONS } from './shared-options.ts'
import { UsageError } from './usage-error.ts'

/** Adds shared options to a command; each can also be set by `DRYFIRE_<NAME>` and in `dryfire.config.yaml`. */
export function addSharedOptions(command: Command, options: readonly SharedOption[]): void {
  for (const shared of options) {
    const short = shared.short === undefined ? '' : `-${shared.short}, `
    const list = shared.isList === true ? '...' : ''
    const words = `${short}--${shared.name} <${shared.value}${list}>`
    const fallback = shared.fallback ?? null
    const option =
      shared.choices === undefined
        ? new Option(words, shared.description + (fallback === null ? '' : ` (default: ${fallback})`))
        : choiceOption(words, shared.description, shared.choices, fallback)
    if (shared.heading !== undefined) option.helpGroup(shared.heading)
    command.addOption(option)
  }
}

/** The values in force by option name: flag, else environment, else configuration, else nothing. */
export class OptionValues {
  readonly #flags: Readonly<Record<string, unknown>>
  readonly #config: ConfigFile | null
  readonly #environment: Readonly<Record<string, string | undefined>>

  constructor(
    command: Command,
    environment: Readonly<Record<string, string | undefined>>,
    config: ConfigFile | null,
  ) {
    this.#flags = command.opts()
    this.#environment = environment
    this.#config = config
  }

  one(option: SharedOption['name']): string | null {
    const value = this.#given(option)
    return typeof value === 'string' ? value : null
  }

  list(option: SharedOption['name']): readonly string[] | null {
    const value = this.#given(option)
    return typeof value === 'string' ? [value] : value
  }

  /** A list of paths or references: those in the configuration start from its folder. */
  references(option: SharedOption['name']): readonly string[] {
    const fromConfig = this.#isFromConfig(option)
    return (this.list(option) ?? []).map((reference) =>
      fromConfig && this.#config !== null && !/^[a-z]+:/.test(reference)
        ? relative(process.cwd(), resolve(this.#config.folder, reference)) || '.'
        : reference,
    )
  }

  /** A value out of a closed set. Throws a UsageError for another word in the environment. */
  choice<const Choice extends string, Fallback>(
    option: string,
    choices: readonly Choice[],
    fallback: Fallback,
  ): Choice | Fallback {
    const value = this.one(option)
    if (value === null) return fallback
    const found = choices.find((choice) => choice === value)
    if (found === undefined)
      throw new UsageError(`${option} is one of ${choices.join(', ')}, found "${value}"`)
    return found
  }

  #given(option: string): string | readonly string[] | null {
    const flag = this.#flags[camelCase(option)]
    if (typeof flag === 'string') return flag
    if (Array.isArray(flag)) return flag.filter((value) => typeof value === 'string')
    return this.#environmentValue(option) ?? this.#config?.values.get(option) ?? null
  }

  #environmentValue(option: string): string | null {
    const named = CONFIG_OPTIONS.find(({ name }) => name === option)?.variable
    const value = this.#environment[named ?? `DRYFIRE_${option.toUpperCase().replaceAll('-', '_')}`]
    return value === undefined || value === '' ? null : value
  }

  #isFromConfig(option: string): boolean {
    return this.#flags[camelCase(option)] === undefined && this.#environmentValue(option) === null
  }
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
