import type { DatabaseSync } from 'node:sqlite'

/** Marks a database file as the emulator's: "dfem" as 32 bits, which SQLite keeps in the file's header. */
const APPLICATION_ID = 0x6466656d
/** Version of the tables below; a file with another one is refused. */
const SCHEMA_VERSION = 1

/** Says why a database cannot be used and what to do. */
export class DatabaseError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DatabaseError'
  }
}

/**
 * AUTOINCREMENT keeps one counter per set that survives deletes, so that no Id is ever used twice (ti-api 1.7).
 * The partial index counts for the third quota (ti-api 1.9): index 0 is `Equals`.
 */
const TABLES = `
CREATE TABLE "AlertDefinitions" (
  "Id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "Name" TEXT NOT NULL,
  "Severity" INTEGER NOT NULL,
  "InternalDescription" TEXT,
  "Title" TEXT NOT NULL,
  "UxDescription" TEXT NOT NULL,
  "RecommendedAction" TEXT,
  "Category" INTEGER NOT NULL,
  "CreatedAt" INTEGER NOT NULL,
  "CreatedBy" TEXT NOT NULL,
  "LastModifiedAt" INTEGER,
  "LastModifiedBy" TEXT,
  "Enabled" INTEGER NOT NULL
) STRICT;
CREATE TABLE "IndicatorsOfCompromise" (
  "Id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "AlertDefinitionId" INTEGER NOT NULL REFERENCES "AlertDefinitions" ("Id") ON DELETE CASCADE,
  "Type" INTEGER NOT NULL,
  "Value" TEXT NOT NULL,
  "DetectionFunction" INTEGER NOT NULL,
  "ExpiresAt" INTEGER,
  "CreatedAt" INTEGER NOT NULL,
  "CreatedBy" TEXT NOT NULL,
  "LastModifiedAt" INTEGER,
  "LastModifiedBy" TEXT,
  "Enabled" INTEGER NOT NULL
) STRICT;
CREATE INDEX "DefinitionName" ON "AlertDefinitions" ("Name");
CREATE INDEX "IndicatorDefinition" ON "IndicatorsOfCompromise" ("AlertDefinitionId");
CREATE INDEX "IndicatorValue" ON "IndicatorsOfCompromise" ("Value");
CREATE INDEX "IndicatorType" ON "IndicatorsOfCompromise" ("Type");
CREATE INDEX "IndicatorCreation" ON "IndicatorsOfCompromise" ("CreatedAt");
CREATE INDEX "IndicatorExpiry" ON "IndicatorsOfCompromise" ("ExpiresAt");
CREATE INDEX "IndicatorNotEquals" ON "IndicatorsOfCompromise" ("DetectionFunction") WHERE "DetectionFunction" <> 0;
`

/**
 * Makes the tables in an empty database and accepts one that this version wrote; refuses any other before it is
 * changed. The place names the file in the message.
 */
export function prepareSchema(db: DatabaseSync, place: string): void {
  const applicationId = pragma(db, 'application_id')
  const version = pragma(db, 'user_version')
  if (applicationId === APPLICATION_ID && version === SCHEMA_VERSION) return
  if (applicationId === APPLICATION_ID) {
    const age = version > SCHEMA_VERSION ? 'newer' : 'older'
    throw new DatabaseError(
      `${place}: expected an emulator database of version ${SCHEMA_VERSION}, found the ${age} version ${version}; ` +
        'use the dryfire that wrote it, or name a new file.',
    )
  }
  if (applicationId !== 0 || version !== 0 || countObjects(db) > 0) {
    throw new DatabaseError(
      `${place}: expected an emulator database, found another program's; name a new file.`,
    )
  }
  db.exec(`BEGIN IMMEDIATE; ${TABLES}
    PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`)
}

function pragma(db: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0)
}

function countObjects(db: DatabaseSync): number {
  return Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0)
}
