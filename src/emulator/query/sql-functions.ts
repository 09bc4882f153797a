import type { DatabaseSync } from 'node:sqlite'

/** Gives a connection the functions that conditions call; `now` is in ticks since 1970. */
export function registerSqlFunctions(db: DatabaseSync, now: () => bigint): void {
  db.function('dryfire_now', { deterministic: true }, () => now())
}
