/** Room for the Id and the endings within the 255 bytes of a file name. */
const SLUG_LIMIT = 80
/** Names that Windows gives to devices, whatever follows the dot. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/

/**
 * A file name for each definition, without its ending: letters, digits, `-` and `_` of its Name in lower case, so that
 * nothing in a Name is a path, hidden, reserved, or equal to another on a disk that ignores case. Where two would be
 * equal the lowest Id keeps the name, and the others carry their Id. Same definitions, same names.
 */
export function ruleFileNames(
  definitions: readonly { readonly Id: number; readonly Name: string }[],
): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  const taken = new Set<string>()
  for (const { Id, Name } of definitions.toSorted((a, b) => a.Id - b.Id)) {
    let name = slugOf(Name)
    if (taken.has(name)) name = `${name}-${Id}`
    while (taken.has(name)) name += '-x'
    taken.add(name)
    names.set(Id, name)
  }
  return names
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, SLUG_LIMIT)
    .replace(/^-+|-+$/g, '')
  if (slug === '') return 'definition'
  return RESERVED.test(slug) ? `definition-${slug}` : slug
}
