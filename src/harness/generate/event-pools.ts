import type { SeededRandom } from './seeded-random.ts'

/** A file that events speak of again and again. */
export interface PooledFile {
  readonly name: string
  readonly folder: string
  readonly sha1: string
  readonly sha256: string
  readonly md5: string
}

/** The world that events draw from: real telemetry repeats itself, which helps every engine's caches alike. */
export interface EventPools {
  readonly files: readonly PooledFile[]
  readonly addresses: readonly string[]
  readonly hosts: readonly string[]
  readonly devices: readonly { readonly id: string; readonly name: string; readonly ip: string }[]
  readonly users: readonly string[]
}

const WORDS = (
  'alder amber atlas basil birch cedar clover coral delta ember falcon fern flint garnet harbor hazel indigo iris ' +
  'jasper juniper kestrel larch lilac linden maple marble meadow nova oak onyx opal orchid pearl pine quartz raven ' +
  'river sable sage slate spruce thistle topaz umber velvet willow yarrow zephyr'
).split(' ')
const ZONES = ['com', 'net', 'org', 'io', 'example', 'co.uk', 'de', 'cloud', 'app']
const SUBDOMAINS = ['www', 'api', 'cdn', 'static', 'login', 'edge', 'mail', 'eu-west', 'img', 'telemetry']
const FOLDERS = [
  'C:\\Windows\\System32',
  'C:\\Program Files\\Common Files\\Services',
  'C:\\Program Files (x86)\\Vendor\\Update',
  'C:\\Users\\jdoe\\AppData\\Local\\Temp',
  'C:\\ProgramData\\Package Cache',
]

/** How much there is of everything. */
export interface PoolSizes {
  readonly files: number
  readonly addresses: number
  readonly hosts: number
  readonly devices: number
  readonly users: number
}

/** A company whose events are made in a moment. */
export const SMALL_POOLS: PoolSizes = {
  files: 2_000,
  addresses: 3_000,
  hosts: 2_000,
  devices: 200,
  users: 80,
}

/** Fills the pools; half of the addresses are IPv6. */
export function fillPools(random: SeededRandom, sizes: PoolSizes): EventPools {
  const host = (): string => {
    const name = `${random.pick(WORDS)}-${random.pick(WORDS)}${random.below(1000)}.${random.pick(ZONES)}`
    return random.chance(0.7) ? `${random.pick(SUBDOMAINS)}.${name}` : name
  }
  return {
    files: repeat(sizes.files, () => ({
      name: `${random.pick(WORDS)}${random.pick(WORDS)}.${random.pick(['exe', 'dll', 'ps1', 'tmp'])}`,
      folder: random.pick(FOLDERS),
      sha1: random.hex(40),
      sha256: random.hex(64),
      md5: random.hex(32),
    })),
    addresses: repeat(sizes.addresses, () => (random.chance(0.5) ? ipv4(random) : ipv6(random))),
    hosts: repeat(sizes.hosts, host),
    devices: repeat(sizes.devices, () => ({
      id: random.hex(40),
      name: `${random.pick(['ws', 'srv', 'lap'])}-${random.below(100_000)}.corp.example`,
      ip: `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`,
    })),
    users: repeat(sizes.users, () => `${random.pick(WORDS)}.${random.pick(WORDS)}`),
  }
}

/** An IPv4 address outside of the private ranges. */
export function ipv4(random: SeededRandom): string {
  return `${11 + random.below(100)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`
}

/** An IPv6 address in one of the spellings that logs use. */
export function ipv6(random: SeededRandom): string {
  const kind = random.below(4)
  if (kind === 0) return `::ffff:${ipv4(random)}`
  if (kind === 1) return `2001:db8::${random.hex(4)}:${random.hex(3)}`
  if (kind === 2) return `fe80::${random.hex(4)}:${random.hex(4)}:${random.hex(4)}:${random.hex(4)}`
  return `2603:1030:${random.hex(4)}:${random.hex(1)}:0:0:${random.hex(2)}:${random.hex(4)}`
}

function repeat<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make)
}
