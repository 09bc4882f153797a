import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { StoredValue } from './property-rules.ts'
import type { EntityType } from './query/entity-types.ts'
import { DatabaseError, prepareSchema } from './schema.ts'
import { loadSqlite } from './sqlite.ts'

/** A row as SQLite gives it: every integer as bigint, since ticks pass 2^53. */
export type StoredRow = Readonly<Record<string, SQLOutputValue>>

/** Text with its parameters in order. */
export interface Sql {
  readonly sql: string
  readonly params: readonly StoredValue[]
}

/** Column that holds an indicator's definition; the API shows it only as a relation (ti-api 1.4). */
export const PARENT_COLUMN = 'AlertDefinitionId'

/** Prepared statements kept; filters come from clients, so their number must be bounded. */
const STATEMENT_LIMIT = 256
/** How long a request waits for another program that writes to the file; every other request waits with it. */
const BUSY_MS = 1_000
/** Holds 100,000 indicators: with SQLite's own 2 MiB, an order by a definition's property takes twice the time. */
const CACHE_KIB = 32_768

/** The state of the emulator: one SQLite database and the statements prepared for it. */
export class Store {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  private constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** Opens a file, or a database in memory for null. A committed transaction survives the death of the process. */
  static open(path: string | null, register: (db: DatabaseSync) => void): Store {
    const place = path ?? 'the database in memory'
    let db: DatabaseSync | null = null
    try {
      const sqlite = loadSqlite()
      db = new sqlite.DatabaseSync(path ?? ':memory:', {
        timeout: BUSY_MS,
        enableForeignKeyConstraints: true,
      })
      // Before WAL is switched on, which would already change a foreign file.
      prepareSchema(db, place)
      if (path !== null) db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
      db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;`)
      register(db)
      return new Store(db)
    } catch (error) {
      db?.close()
      if (error instanceof DatabaseError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new DatabaseError(`${place}: cannot be opened as an emulator database: ${reason}.`, error)
    }
  }

  /** Runs the work in one transaction; an exception undoes all of it. */
  write<T>(work: () => T): T {
    return this.#transaction('BEGIN IMMEDIATE', work)
  }

  /** Runs the work against one unchanging state. */
  read<T>(work: () => T): T {
    return this.#transaction('BEGIN', work)
  }

  /** Stores a new row and gives its Id. The columns must be the same on every call for speed, not for correctness. */
  insert(entity: EntityType, columns: readonly string[], values: readonly StoredValue[]): bigint {
    const names = columns.map((column) => `"${column}"`).join(', ')
    const marks = columns.map(() => '?').join(', ')
    const statement = this.#prepare(`INSERT INTO "${entity.set}" (${names}) VALUES (${marks})`)
    return BigInt(statement.run(...values).lastInsertRowid)
  }

  /** Changes the named columns of one row. */
  update(entity: EntityType, id: bigint, changes: ReadonlyMap<string, StoredValue>): void {
    const sets = [...changes.keys()].map((column) => `"${column}" = ?`).join(', ')
    this.run({ sql: `UPDATE "${entity.set}" SET ${sets} WHERE "Id" = ?`, params: [...changes.values(), id] })
  }

  /** The row with this Id, or null. */
  find(entity: EntityType, id: bigint): StoredRow | null {
    return this.all({ sql: `SELECT * FROM "${entity.set}" WHERE "Id" = ?`, params: [id] })[0] ?? null
  }

  /** Deletes one row, or every row for null, and what hangs on them. Tells whether there was any. */
  remove(entity: EntityType, id: bigint | null): boolean {
    const where = id === null ? '' : ' WHERE "Id" = ?'
    return this.run({ sql: `DELETE FROM "${entity.set}"${where}`, params: id === null ? [] : [id] }) > 0
  }

  /** The first column of the first row, as a number. */
  count(sql: Sql): number {
    const row = this.all(sql)[0]
    return row === undefined ? 0 : Number(Object.values(row)[0])
  }

  /** All rows of a query. */
  all(sql: Sql): readonly StoredRow[] {
    return this.#prepare(sql.sql).all(...sql.params)
  }

  /** Runs a statement and gives the number of rows that it changed. */
  run(sql: Sql): number {
    return Number(this.#prepare(sql.sql).run(...sql.params).changes)
  }

  close(): void {
    this.#statements.clear()
    this.#db.close()
  }

  #transaction<T>(begin: string, work: () => T): T {
    this.#db.exec(begin)
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) {
      // Most recently used last, so that the eviction below takes the oldest.
      this.#statements.delete(sql)
      this.#statements.set(sql, known)
      return known
    }
    const statement = this.#db.prepare(sql)
    statement.setReadBigInts(true)
    const [oldest] = this.#statements.keys()
    if (oldest !== undefined && this.#statements.size >= STATEMENT_LIMIT) this.#statements.delete(oldest)
    this.#statements.set(sql, statement)
    return statement
  }
}
