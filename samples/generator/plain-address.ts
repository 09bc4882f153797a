/**
 * The text by which addresses are compared, or null for what is no address: IPv4 as it stands, IPv6 as RFC 5952 writes
 * it, an IPv4-mapped address as the IPv4 address. Written plainly for the samples' own values.
 */
export function plainAddress(text: string): string | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return text
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!text.includes(':') || /[^0-9a-f:]/i.test(text)) return null
  return shortest(eightGroups(text))
}

function eightGroups(text: string): readonly string[] {
  const [left = '', right] = text.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === undefined || right === '' ? [] : right.split(':')
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16).toString(16))
}

/** Writes `::` for the longest run of at least two zero groups, the first of equal ones. */
function shortest(groups: readonly string[]): string {
  let best = { start: 0, length: 1 }
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (groups[start + length] === '0') length += 1
    if (length > best.length) best = { start, length }
  }
  if (best.length < 2) return groups.join(':')
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`
}
