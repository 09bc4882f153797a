/**
 * Programs that others would use, where they are installed: `grep` on the path; ripgrep and DuckDB from a folder of npm packages
 * that `DRYFIRE_PEERS` names (`npm install @vscode/ripgrep @duckdb/node-api` in it). No dependency of this package.
 * `DRYFIRE_PEERS=none` leaves all of them out: `grep` takes half a minute for a gigabyte.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { indicatorCsv, type BenchIndicator, type BenchIndicators } from './indicators.ts'
import { timedCommand } from './timed-command.ts'

/** A program that counts lines; what it counts is another question than ours. */
export interface Peer {
  readonly name: string
  /** What it does not do, to be read beside its speed. */
  readonly lacks: string
  /** Lines of the log that it reports. */
  readonly count: (log: string) => Promise<number> | number
  readonly childMs?: () => number
}

/** Searches for literals need gigabytes and minutes for more than this. */
const LITERAL_LIMIT = 10_000
const FIELD_BLIND =
  'field-blind: any place in the line counts, no case folding, no operators, no canonical forms'
const EQUALS_ONLY =
  'Equals only; hashes, addresses and names as written, no URLs, nothing in AdditionalFields'

/** Peers for these indicators, and the names of those that are not installed. `folder` is for their lists. */
export async function openPeers(
  indicators: BenchIndicators,
  folder: string,
): Promise<{ readonly peers: readonly Peer[]; readonly missing: readonly string[] }> {
  const missing: string[] = []
  const found: Peer[] = []
  if (process.env['DRYFIRE_PEERS'] === 'none') return { peers: [], missing: ['other programs'] }
  if (indicators.length <= LITERAL_LIMIT) {
    const list = join(folder, `literals-${indicators.length}.txt`)
    writeFileSync(list, Array.from(indicators, ({ Value }) => `${Value}\n`).join(''))
    const grep = spawnSync('grep', ['--version']).status === 0 ? 'grep' : null
    for (const [name, program, words] of [
      ['grep -F', grep, ['-c', '-F', '-f', list]],
      ['rg -F, one thread', ripgrepPath(), ['-j1', '-c', '-F', '-f', list]],
    ] as const) {
      if (program === null) missing.push(name)
      else found.push(literalSearch(name, [program, ...words]))
    }
  }
  const duck = await openDuck(indicators, folder)
  if (duck === null) missing.push('DuckDB')
  else found.push(duck)
  return { peers: found, missing }
}

function literalSearch(name: string, words: readonly string[]): Peer {
  let childMs = 0
  const count = (log: string): number => {
    const output = timedCommand([...words, log])
    childMs = output.childMs
    return Number.parseInt(output.stdout, 10)
  }
  return { name, lacks: FIELD_BLIND, count, childMs: () => childMs }
}

/** Where a package of the peers' folder is, or null. */
function peerPath(name: string): string | null {
  const folder = process.env['DRYFIRE_PEERS']
  if (folder === undefined || folder === '') return null
  try {
    return createRequire(join(folder, 'package.json')).resolve(name)
  } catch {
    return null
  }
}

function ripgrepPath(): string | null {
  const installed = peerPath(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/rg`)
  if (installed !== null) return installed
  return spawnSync('rg', ['--version']).status === 0 ? 'rg' : null
}

interface DuckConnection {
  run(sql: string): Promise<unknown>
  runAndReadAll(sql: string): Promise<{ getRows(): readonly (readonly unknown[])[] }>
}

interface DuckModule {
  readonly DuckDBInstance: {
    create(path: string, options: Record<string, string>): Promise<{ connect(): Promise<DuckConnection> }>
  }
}

const DUCK_COLUMNS = [
  ['SHA1', 'Sha1'],
  ['SHA256', 'Sha256'],
  ['MD5', 'Md5'],
  ['InitiatingProcessSHA1', 'Sha1'],
  ['InitiatingProcessSHA256', 'Sha256'],
  ['InitiatingProcessMD5', 'Md5'],
  ['RemoteIP', 'IpAddress'],
  ['FileOriginIP', 'IpAddress'],
  ['RemoteUrl', 'DomainName'],
  ['FileOriginUrl', 'DomainName'],
] as const

function* onlyEquals(indicators: BenchIndicators): Generator<BenchIndicator> {
  for (const indicator of indicators) if (indicator.DetectionFunction === 'Equals') yield indicator
}

/** The mapped fields read from JSON and joined with a table of the indicators, on one thread. */
async function openDuck(indicators: BenchIndicators, folder: string): Promise<Peer | null> {
  const path = peerPath('@duckdb/node-api')
  if (path === null) return null
  const { DuckDBInstance }: DuckModule = await import(pathToFileURL(path).href)
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
  const list = join(folder, `equals-${indicators.length}.csv`)
  writeFileSync(list, indicatorCsv(onlyEquals(indicators)))
  await connection.run(`CREATE TABLE iocs AS SELECT Type, Value FROM read_csv('${list}', all_varchar = true)`)
  const struct = DUCK_COLUMNS.map(([column]) => `${column} VARCHAR`).join(', ')
  const pairs = DUCK_COLUMNS.map(([column, type]) => `{t: '${type}', v: lower(p.${column})}`).join(', ')
  const count = async (log: string): Promise<number> => {
    const result = await connection.runAndReadAll(
      `WITH lines AS (SELECT row_number() OVER () AS line, properties AS p FROM read_json('${log}',
         format = 'newline_delimited', columns = {properties: 'STRUCT(${struct})'})),
       found AS (SELECT line, unnest([${pairs}], recursive := true) FROM lines)
       SELECT count(DISTINCT line) FROM found JOIN iocs ON t = Type AND v = Value`,
    )
    return Number(result.getRows()[0]?.[0])
  }
  return { name: 'DuckDB, one thread', lacks: EQUALS_ONLY, count }
}
