import {
  draftEvent,
  type Columns,
  type EventDraft,
  type EventKind,
} from '../../src/harness/generate/defender-event.ts'
import { fillPools, type PoolSizes } from '../../src/harness/generate/event-pools.ts'
import { matchingValue, type BenchIndicator } from './indicators.ts'
import { SeededRandom } from '../../src/harness/generate/seeded-random.ts'

export interface EventSet {
  /** NDJSON, each line ending in a line feed. */
  readonly bytes: Uint8Array
  readonly lineCount: number
  /** Lines in which an indicator was planted in a mapped field; no other line matches. */
  readonly hitLineCount: number
}

interface EventSetOptions {
  readonly lineCount: number
  readonly seed: number
  /** What is planted. */
  readonly indicators: readonly BenchIndicator[]
  /** Share of the lines that hold a hit. */
  readonly hitShare: number
}

/** A large company: what it says of caches is what large logs say. */
const BENCH_POOLS: PoolSizes = {
  files: 50_000,
  addresses: 100_000,
  hosts: 30_000,
  devices: 2_000,
  users: 500,
}

const HIT_SHARE = 0.001
/** Lines that name an indicator where nothing is looked for. */
const DECOY_SHARE = 0.0005
/** Hits that are spelled in capitals, or with a dot at the end of a name. */
const ODD_SPELLING_SHARE = 0.25
/** Lines in which a key is spelled with an escape. */
const ESCAPED_KEY_SHARE = 0.00005
const ESCAPED_SLASH_SHARE = 0.02
const ESCAPED_SIGN_SHARE = 0.1

/** What is asked of events; the rest has defaults. */
export type EventSetWish = Pick<EventSetOptions, 'lineCount' | 'seed' | 'indicators'> &
  Partial<EventSetOptions>

/** About 2 KB per line, 45 % network, 20 % file, 23 % process, 12 % DNS, as Defender's streaming export writes them. */
export function defenderEvents(options: EventSetWish): EventSet {
  return writeEvents(options, '', writeLine)
}

/** The same events as text of another form: what stands before them, and how one is written. */
export function writeEvents(
  options: EventSetWish,
  head: string,
  write: (draft: EventDraft, random: SeededRandom) => string,
): EventSet {
  const hitShare = options.hitShare ?? HIT_SHARE
  const random = SeededRandom.open(options.seed)
  const pools = fillPools(random, BENCH_POOLS)
  const lines: string[] = [head]
  const parts: Uint8Array[] = []
  let hitLineCount = 0
  for (let i = 0; i < options.lineCount; i += 1) {
    const isHit = options.indicators.length > 0 && random.chance(hitShare)
    const planted = isHit ? random.pick(options.indicators) : null
    const kind = planted === null ? drawKind(random) : kindFor(planted, random)
    const draft = draftEvent(kind, pools, random)
    if (planted !== null) plant(draft, kind, planted, random)
    else if (options.indicators.length > 0 && random.chance(DECOY_SHARE))
      draft.columns['InitiatingProcessCommandLine'] =
        `curl ${matchingValue(random.pick(options.indicators), random)}`
    if (isHit) hitLineCount += 1
    lines.push(write(draft, random))
    if (lines.length === 4096) parts.push(Buffer.from(lines.splice(0).join('')))
  }
  parts.push(Buffer.from(lines.join('')))
  return { bytes: Buffer.concat(parts), lineCount: options.lineCount, hitLineCount }
}

function drawKind(random: SeededRandom): EventKind {
  const share = random.below(100)
  if (share < 45) return 'network'
  if (share < 65) return 'file'
  return share < 88 ? 'process' : 'dns'
}

/** A kind of event that has a mapped field for the indicator's type. */
function kindFor(indicator: BenchIndicator, random: SeededRandom): EventKind {
  if (indicator.Type === 'IpAddress') return 'network'
  if (indicator.Type === 'DomainName') return random.pick(['network', 'dns'])
  return random.pick(['file', 'process'])
}

function plant(draft: EventDraft, kind: EventKind, indicator: BenchIndicator, random: SeededRandom): void {
  const value = matchingValue(indicator, random)
  const isOdd = random.chance(ODD_SPELLING_SHARE)
  const { columns, additional } = draft
  if (indicator.Type === 'IpAddress') columns['RemoteIP'] = isOdd ? `::ffff:${value}` : value
  else if (indicator.Type === 'DomainName') {
    const name = isOdd ? `${value.toUpperCase()}.` : value
    if (kind === 'dns') additional['query'] = name
    else columns['RemoteUrl'] = random.chance(0.5) ? name : `https://${name}/p`
  } else {
    const prefix = random.chance(0.5) ? 'InitiatingProcess' : ''
    columns[prefix + indicator.Type.toUpperCase()] = isOdd ? value.toUpperCase() : value
  }
}

/** An event as a line of the streaming export. */
export function writeLine(draft: EventDraft, random: SeededRandom): string {
  const extra: Columns = draft.additional
  const AdditionalFields = Object.keys(extra).length === 0 ? null : JSON.stringify(extra)
  const event = {
    time: draft.time,
    tenantId: '0d3f7c1e-5b7a-4b5e-9a53-1c2d3e4f5a6b',
    operationName: 'Publish',
    category: `AdvancedHunting-${draft.table}`,
    properties: { ...draft.columns, AdditionalFields },
    Tenant: 'DefaultTenant',
  }
  let line = JSON.stringify(event)
  if (random.chance(ESCAPED_SIGN_SHARE)) line = line.replaceAll('\u00ae', '\\u00ae')
  if (random.chance(ESCAPED_SLASH_SHARE)) line = line.replaceAll('/', '\\/')
  if (random.chance(ESCAPED_KEY_SHARE)) line = line.replace('"SHA1":', '"\\u0053HA1":')
  return `${line}\n`
}
