import { DatabaseSync } from 'node:sqlite'
import type { EntityType, PropertyInfo } from '../../src/emulator/query/entity-types.ts'
import { ALERT_DEFINITION, INDICATOR } from '../../src/emulator/query/entity-types.ts'
import type { SqlText } from '../../src/emulator/query/filter-sql.ts'
import { registerSqlFunctions } from '../../src/emulator/query/sql-functions.ts'
import type { PlainRow, PlainValue } from './naive-filter.ts'

type Entity = PlainRow['self']

/** Rows in SQLite as the service stores them; `Parent` is the key of the row that a row belongs to. */
export class FilterTable {
  readonly #db = new DatabaseSync(':memory:')

  constructor(rows: readonly PlainRow[], entity: EntityType, now: () => bigint) {
    registerSqlFunctions(this.#db, now)
    this.#create('e', entity)
    this.#create('p', entity === INDICATOR ? ALERT_DEFINITION : INDICATOR)
    for (const [i, { self, parent }] of rows.entries()) {
      this.#insert('e', entity, self, i)
      if (parent !== null) this.#insert('p', ALERT_DEFINITION, parent, i)
    }
  }

  /** The Ids of the rows that the condition keeps, in this order. */
  ids(condition: SqlText, order: SqlText): bigint[] {
    const statement = this.#db.prepare(
      `SELECT e."Id" AS id FROM "e" AS e LEFT JOIN "p" AS p ON p."row" = e."row" WHERE ${condition.sql} ORDER BY ${order.sql}`,
    )
    statement.setReadBigInts(true)
    return statement.all(...condition.params, ...order.params).map((row) => BigInt(String(row['id'])))
  }

  close(): void {
    this.#db.close()
  }

  #create(table: string, entity: EntityType): void {
    const columns = entity.properties.map(
      ({ name, type }) => `"${name}" ${type.kind === 'String' ? 'TEXT' : 'INTEGER'}`,
    )
    this.#db.exec(`CREATE TABLE "${table}" ("row" INTEGER PRIMARY KEY, ${columns.join(', ')})`)
  }

  #insert(table: string, entity: EntityType, values: Entity, row: number): void {
    const marks = entity.properties.map(() => '?').join(', ')
    const columns = entity.properties.map((property) => stored(property, values[property.name] ?? null))
    this.#db.prepare(`INSERT INTO "${table}" VALUES (?, ${marks})`).run(row, ...columns)
  }
}

function stored({ type }: PropertyInfo, value: PlainValue): string | bigint | null {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return type.kind === 'Enum' && typeof value === 'string' ? BigInt(type.members.indexOf(value)) : value
}
