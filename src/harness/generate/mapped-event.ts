import { assertNever } from '../../model/assert-never.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { EventPools } from './event-pools.ts'
import type { EventRow, FieldPlace } from './field-places.ts'
import { placesIn, plant, setAt } from './field-places.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { TelemetryEvent } from './telemetry-event.ts'

/** Share of the fields that carry a value in one event. */
const FILLED_SHARE = 0.7

/** Drafts one benign event of a user's own format from the fields that its map names. */
export function draftMappedEvent(
  map: FieldMap,
  time: string,
  pools: EventPools,
  random: SeededRandom,
): TelemetryEvent {
  const row: EventRow = {}
  const device = random.pick(pools.devices)
  const { envelope } = map
  const first = (paths: FieldMap['envelope']['time'], value: unknown): void => {
    const [path] = paths
    if (path !== undefined) setAt(row, path, value)
  }
  first(envelope.time.length > 0 ? envelope.time : envelope.receivedTime, time)
  first(envelope.deviceId, device.id)
  first(envelope.deviceName, device.name)
  first(envelope.computer, device.name)
  first(envelope.reportId, String(random.below(1e9)))
  for (const path of envelope.context) setAt(row, path, random.pick(pools.users))
  for (const place of placesIn(map.entries, []))
    if (random.chance(FILLED_SHARE)) plant(row, place.chain, benignText(place, pools, random))
  return { table: null, time, row }
}

function benignText({ kind, role }: FieldPlace, pools: EventPools, random: SeededRandom): string {
  const file = random.pick(pools.files)
  switch (kind) {
    case 'sha1':
      return file.sha1
    case 'sha256':
      return file.sha256
    case 'md5':
      return file.md5
    case 'hash-list':
      return `SHA1=${file.sha1},MD5=${file.md5},SHA256=${file.sha256}`
    case 'ip':
      return role === 'local' ? random.pick(pools.devices).ip : random.pick(pools.addresses)
    case 'url':
      return random.chance(0.5) ? random.pick(pools.hosts) : `https://${random.pick(pools.hosts)}/`
    case 'domain':
    case 'dns-results':
    case 'json': // opened before it comes here
      return random.pick(pools.hosts)
    default:
      return assertNever(kind)
  }
}

/** The columns that rows of a user's format have: the first key of every path. */
export function mappedColumns(map: FieldMap): readonly string[] {
  const { time, receivedTime, deviceId, deviceName, computer, reportId, context } = map.envelope
  const envelope = [time, receivedTime, deviceId, deviceName, computer, reportId, context].flat()
  const paths = [...envelope, ...map.entries.map(({ path }) => path)]
  return [...new Set(paths.flatMap(([key]) => key ?? []))]
}
