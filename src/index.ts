/**
 * Rules in, logs replayed, the alerts that would fire: `parseRules`, `compileRules`, `replay`, and the parts between. What the
 * rules do with given events and how they differ: `runTests`, `coverage`, `mutateRules`, `diffRules`, `explain`.
 * Section numbers in doc comments are those of the project's semantics.
 */
export type { AlertDefinition, Category, Severity } from './model/alert-definition.ts'
export { CATEGORIES, DEFINITION_TEXT_LIMITS, SEVERITIES } from './model/alert-definition.ts'
export type { Alert, Detection, EventReference } from './model/detection.ts'
export type { Diagnostic, RelatedPlace, SourceSpan } from './model/diagnostic.ts'
export type { EnvelopePaths, FieldEntry, FieldMap, ObservableKind, Role } from './model/field-map.ts'
export type { DetectionFunction, Indicator, IndicatorType } from './model/indicator.ts'
export { DETECTION_FUNCTIONS, INDICATOR_TYPES } from './model/indicator.ts'
export type { DefinitionSummary, IndicatorSummary, Match } from './model/match.ts'
export type { Observable } from './model/observable.ts'
export type {
  CorpusCoverage,
  CorpusDefinition,
  Covered,
  CoverageGap,
  CoverageReport,
  DefinitionCoverage,
  OperatorCoverage,
} from './model/coverage-report.ts'
export type {
  Explanation,
  ExplainedIndicator,
  ExplainedObservable,
  NearSearch,
  Obstacle,
  ObstacleKind,
  ValueExplanation,
  ValueReading,
  Verdict,
} from './model/explanation.ts'
export type {
  MutantCount,
  Mutation,
  MutationReport,
  SurvivingMutant,
  TriedCount,
} from './model/mutation-report.ts'
export type {
  Accounting,
  AlertTotals,
  DefinitionVerdict,
  DetectionTotals,
  DeviceVerdict,
  IndicatorHits,
  IndicatorVerdicts,
  InputFile,
  InputProblem,
  InputSummary,
  ObservedKey,
  QuarantinedRecord,
  QuietGroup,
  ReplaySummary,
  RulesSummary,
  Timing,
} from './model/replay-summary.ts'
export type {
  AlertLabel,
  BehaviourDiff,
  ChangeCounts,
  ChangeKind,
  ChangeTotals,
  DayChanges,
  DefinitionChanges,
  DefinitionDiff,
  DetectionChange,
  DeviceChanges,
  DiffedRules,
  IndicatorDiff,
  IndicatorDiffs,
  IndicatorState,
  RuleDiff,
  StructureDiff,
  StructureTotals,
} from './model/rule-diff.ts'
export type { IndicatorAccounting, IndicatorColumns, RuleSet } from './model/rule-set.ts'
export type { Semantics } from './model/semantics.ts'
export { DEFAULT_SEMANTICS } from './model/semantics.ts'
export type { TestFailure, TestFailureKind, TestResult } from './model/test-report.ts'
export type { TimeTicks } from './model/time.ts'
export { formatTime, parseTime } from './model/time.ts'

export type { CanonicalValue, ValueProblem } from './canonical/value.ts'
export { canonicalIndicatorValue } from './canonical/value.ts'

export type { ParseOptions, ParseResult, RuleFile, RuleReader } from './rules/parse-rules.ts'
export { parseRules } from './rules/parse-rules.ts'
export { lintRules } from './rules/lint-rules.ts'
export { indicatorAt } from './rules/indicator-at.ts'

export type { CompiledRules, CompileOptions } from './engine/compile-rules.ts'
export { compileRules } from './engine/compile-rules.ts'
export { CompileError } from './engine/compile-error.ts'
export { ImageFormatError } from './engine/image-format-error.ts'
export type { IndicatorRun } from './engine/image-reader.ts'
export { IndexImage } from './engine/image-reader.ts'
export type { MatcherOptions } from './engine/matcher.ts'
export { Matcher } from './engine/matcher.ts'
export { openMatcher } from './engine/open-matcher.ts'

export { parseFieldMap, printFieldMap } from './logs/user-map.ts'

export { WorkersFailedError } from './replay/executor.ts'
export type { ReplayOptions, ReplayProgress, ReplayResult } from './replay/replay.ts'
export { replay } from './replay/replay.ts'
export type { ReplayFilters } from './replay/scan-settings.ts'

export type { ExplainOptions } from './replay/explain/explain.ts'
export { explain } from './replay/explain/explain.ts'

export type { DiffOptions, DiffResult } from './harness/diff/diff-rules.ts'
export { diffRules } from './harness/diff/diff-rules.ts'
export type { DiffSide } from './harness/diff/diff-side.ts'
export type { MutationResult } from './harness/mutate/mutate.ts'
export type { TestSource } from './harness/parse-test-file.ts'
export type { MutateOptions, SuiteAttempt, SuiteOptions, SuiteRun } from './harness/run-suite.ts'
export { coverage, mutateRules, runTests } from './harness/run-suite.ts'
export type { TestReader } from './harness/test-file.ts'

export { coverageText } from './report/coverage-text.ts'
export { diagnosticText } from './report/diagnostic-text.ts'
export { diffMarkdown } from './report/diff-markdown.ts'
export { diffText } from './report/diff-text.ts'
export { explainText } from './report/explain-text.ts'
export { summaryText } from './report/summary-text.ts'
