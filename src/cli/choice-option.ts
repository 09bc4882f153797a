import { Option } from 'commander'

/** An option with a closed set of values; the help text names them, and the one that holds when it is not given. */
export function choiceOption(
  flags: string,
  description: string,
  choices: readonly string[],
  fallback: string | null,
): Option {
  const otherwise = fallback === null ? '' : `; default: ${fallback}`
  return new Option(flags, `${description} (${choices.join(' | ')}${otherwise})`).choices(choices)
}

/** Help says of an option what it was declared with; commander would add its choices in its own words. */
export function describeOption({ description }: Option): string {
  return description
}
