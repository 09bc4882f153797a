import type { FieldMap } from '../../model/field-map.ts'
import type { Framing } from '../frame.ts'

/** A log format that can be recognised and named. Adding one costs its file and its line in the registry. */
export interface LogFormat {
  /** The word for `--log-format`. */
  readonly name: string
  /** Whether its records are JSON, rows below a header, or rows below headers of Zeek's. */
  readonly shape: 'json' | 'delimited' | 'zeek'
  /** Null: the format has no fields of its own, so a user's map is needed. */
  readonly fieldMap: FieldMap | null
  /** Why the sample is this format, in plain sentences; null when it is not. */
  recognise(sample: HeadSample): readonly string[] | null
}

/** What the first bytes of a log show, without judgement. */
export interface HeadSample {
  readonly shape: LogFormat['shape']
  readonly framing: Framing
  /** Top-level keys of the wrapper object around the records; empty where there is none. */
  readonly wrapperKeys: readonly string[]
  /** Header of a delimited log, else empty. */
  readonly columns: readonly string[]
  /** Name of the log in a Zeek header, else null. */
  readonly path: string | null
  readonly records: readonly SampleRecord[]
  /** `--table`, or null. */
  readonly table: string | null
}

/** The beginning of one record's structure. */
export interface SampleRecord {
  readonly keys: ReadonlySet<string>
  /** Keys of the objects under top-level keys. */
  readonly innerKeys: ReadonlyMap<string, ReadonlySet<string>>
  /** Strings directly under top-level keys. */
  readonly strings: ReadonlyMap<string, string>
}
