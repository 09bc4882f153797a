import type { SourceSpan } from '../model/diagnostic.ts'
import type { Semantics } from '../model/semantics.ts'
import type { MapNode } from '../rules/rule-node.ts'
import type { SourceText } from '../rules/source-text.ts'
import type { DetectionFunction, IndicatorType } from '../model/indicator.ts'
import type { Role } from '../model/field-map.ts'

/** A text of a test file and where it stands. */
export interface PlacedText {
  readonly text: string
  readonly span: SourceSpan
}

/** How many are expected: at least `min`, at most `max`; null: no upper bound. */
export interface CountRange {
  readonly min: number
  readonly max: number | null
}

/** One way through which a definition is expected to fire; only what is given is compared. */
export interface ThroughExpectation {
  readonly Type: IndicatorType | null
  readonly DetectionFunction: DetectionFunction | null
  readonly Value: string | null
  readonly field: string | null
  readonly text: string | null
  readonly role: Role | null
  readonly span: SourceSpan
}

/** A definition that is expected to fire. */
export interface FiringExpectation {
  readonly definition: PlacedText
  /** Detections: (event, definition) pairs. */
  readonly count: CountRange
  /** Alerts after grouping; null: any number. */
  readonly alerts: CountRange | null
  readonly through: readonly ThroughExpectation[]
}

/** A total over all definitions and where it stands. */
export interface TotalExpectation extends CountRange {
  readonly span: SourceSpan
}

/** Events that stand in the test itself. */
export interface InlineEvents {
  /** `rows`: objects, one NDJSON line each; `text`: a log as it stands. */
  readonly kind: 'rows' | 'text'
  readonly bytes: Uint8Array
  /** 1-based line of the test file where the event on each line of `bytes` stands. */
  readonly lines: readonly number[]
  readonly span: SourceSpan
}

/** Where a test stands, for `--update`. */
interface TestOrigin {
  readonly source: SourceText
  readonly node: MapNode
  readonly notation: 'yaml' | 'json'
}

/** One test, read and checked, with every default of its file applied. */
export interface RuleTest {
  readonly name: string
  readonly file: string
  readonly span: SourceSpan
  /** Name of the definition under which the test stands; null in a test file. */
  readonly owner: string | null
  /** Written by a generator: runs like any other, but proves nothing to coverage. */
  readonly isGenerated: boolean
  /** Why the test does not run, or null. */
  readonly skip: string | null
  /** Rule files and folders, relative to the test file; null: those beside it, or the ones given on the command line. */
  readonly rules: readonly PlacedText[] | null
  readonly options: Partial<Semantics>
  readonly table: string | null
  readonly logFormat: string | null
  readonly fieldMap: PlacedText | null
  readonly events: InlineEvents | null
  /** Log files, relative to the test file. */
  readonly logs: readonly PlacedText[]
  readonly fires: readonly FiringExpectation[]
  readonly silent: readonly PlacedText[]
  /** Nothing fires but what is named under `fires`. */
  readonly isStrict: boolean
  readonly alerts: TotalExpectation | null
  readonly detections: TotalExpectation | null
  readonly quarantined: CountRange
  readonly origin: TestOrigin
}

/** Reads the files that a test names, by the test file that names them. */
export interface TestReader {
  /** The bytes of the named file; null where it does not exist or lies outside what a test may read. */
  readonly readFile: (testFile: string, path: string) => Uint8Array | null
}
