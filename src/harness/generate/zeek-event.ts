import type { EventPools } from './event-pools.ts'
import type { EventRow } from './field-places.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { TelemetryEvent } from './telemetry-event.ts'

/** Columns of the generated Zeek log with their types: those of several logs side by side. */
export const ZEEK_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['ts', 'time'],
  ['uid', 'string'],
  ['id.orig_h', 'addr'],
  ['id.orig_p', 'port'],
  ['id.resp_h', 'addr'],
  ['id.resp_p', 'port'],
  ['proto', 'enum'],
  ['service', 'string'],
  ['query', 'string'],
  ['answers', 'vector[string]'],
  ['host', 'string'],
  ['uri', 'string'],
  ['referrer', 'string'],
  ['server_name', 'string'],
  ['tx_hosts', 'set[addr]'],
  ['rx_hosts', 'set[addr]'],
  ['filename', 'string'],
  ['md5', 'string'],
  ['sha1', 'string'],
  ['sha256', 'string'],
]

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Drafts one benign event as one of Zeek's usual logs tells it. */
export function draftZeekEvent(time: string, pools: EventPools, random: SeededRandom): TelemetryEvent {
  const table = random.pick(['conn', 'dns', 'http', 'ssl', 'files'])
  const local = random.pick(pools.devices).ip
  const remote = random.pick(pools.addresses)
  const host = random.pick(pools.hosts)
  const ends: EventRow = {
    ts: time,
    uid: `C${Array.from({ length: 17 }, () => LETTERS[random.below(LETTERS.length)]).join('')}`,
    'id.orig_h': local,
    'id.orig_p': 49_152 + random.below(16_384),
    'id.resp_h': remote,
    'id.resp_p': table === 'dns' ? 53 : table === 'http' ? 80 : 443,
    proto: table === 'dns' ? 'udp' : 'tcp',
  }
  return { table, time, row: { ...ends, ...told(table) } }

  function told(log: string): EventRow {
    const file = random.pick(pools.files)
    switch (log) {
      case 'dns':
        return { service: 'dns', query: host, answers: [random.pick(pools.hosts), remote] }
      case 'http':
        return {
          service: 'http',
          host,
          uri: `/${random.chance(0.05) ? 'a\\b' : 'ab'}/${random.below(1000)}`,
          referrer: `http://${host}/`,
        }
      case 'ssl':
        return { service: 'ssl', server_name: host }
      case 'files':
        return {
          tx_hosts: [remote],
          rx_hosts: [local],
          filename: file.name,
          md5: file.md5,
          sha1: file.sha1,
          sha256: file.sha256,
        }
      default:
        return {}
    }
  }
}
