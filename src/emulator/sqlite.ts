import { createRequire } from 'node:module'
import type * as sqlite from 'node:sqlite'

type Sqlite = typeof sqlite

/** How the warning begins that older Node versions print when the module is first loaded. */
const WARNING = 'SQLite is an experimental feature'

let loaded: Sqlite | null = null

/**
 * Node's SQLite, without the warning that Node 22 and the first Node 24 print on loading it. Every other warning
 * passes, and only the load itself is watched: that is why the module is not imported in the ordinary way.
 */
export function loadSqlite(): Sqlite {
  loaded ??= withoutWarning(() => createRequire(import.meta.url)('node:sqlite'))
  return loaded
}

function withoutWarning(load: () => Sqlite): Sqlite {
  const original = Object.getOwnPropertyDescriptor(process, 'emitWarning')
  if (original === undefined) return load()
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    const text = typeof warning === 'string' ? warning : warning.message
    if (!text.startsWith(WARNING)) Reflect.apply(emitWarning, null, [warning, ...rest])
  }
  try {
    return load()
  } finally {
    Object.defineProperty(process, 'emitWarning', original)
  }
}
