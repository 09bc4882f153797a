import type { Diagnostic, SourceSpan } from '../model/diagnostic.ts'
import { decodeSource } from '../rules/decode-source.ts'
import { DiagnosticList } from '../rules/diagnostic-list.ts'
import type { DocumentContext } from '../rules/document-context.ts'
import { propertiesOf, readBoolean } from '../rules/properties.ts'
import { readJson } from '../rules/read-json.ts'
import { readYaml } from '../rules/read-yaml.ts'
import { describeNode, quoted } from '../rules/rule-node.ts'
import type { MapNode, RuleNode } from '../rules/rule-node.ts'
import { readShared, readTest, SHARED_NAMES, testNodes } from './read-test.ts'
import type { TestDefaults, TestParseOptions } from './read-test.ts'
import { reportAt, spanOf } from './test-context.ts'
import type { PlacedText, RuleTest } from './test-file.ts'

export type { TestParseOptions } from './read-test.ts'

/** A file as it was read. */
export interface TestSource {
  /** As shown to the user, folders separated by `/`. */
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * The tests of a file, or every reason why they cannot run. Then the tests that could be read are there nevertheless, so
 * that what else is wrong with them is told at once: all of a `sound` one can be looked at, of a `flawed` one only the
 * paths that it names, since the rest would only repeat its mistakes in other words.
 */
export type ParsedTests =
  | { readonly ok: true; readonly tests: readonly RuleTest[]; readonly warnings: readonly Diagnostic[] }
  | {
      readonly ok: false
      readonly diagnostics: readonly Diagnostic[]
      readonly sound: readonly RuleTest[]
      readonly flawed: readonly RuleTest[]
    }

/** A test as it was read, and whether a mistake stands in it or in what it shares with its file. */
interface ReadTest {
  readonly test: RuleTest
  readonly isSound: boolean
}

const NO_DEFAULTS: TestDefaults = {
  owner: null,
  isGenerated: false,
  rules: null,
  options: {},
  table: null,
  logFormat: null,
  fieldMap: null,
  isStrict: false,
}

const STRICT_PARSING: TestParseOptions = { mayExpectNothing: false }

/** A larger file takes YAML's reader many seconds; events in bulk belong into a log. */
const TEST_FILE_BYTES_LIMIT = 16 * 2 ** 20

/** Reads a `*.test.yaml` or `.json` file into its tests, or into every diagnostic at once. Never throws on contents. */
export function parseTestFile(file: TestSource, options: TestParseOptions = STRICT_PARSING): ParsedTests {
  return parseWith(file, (context, node) => {
    if (node.kind !== 'map') {
      reportTopLevel(context, node)
      return []
    }
    return readTestFile(context, node, options)
  })
}

/**
 * Reads the tests that stand under the definitions of a rule file. What is wrong with the rules is the business of
 * `parseRules`: of a rule file that it refuses, this says nothing that it does not.
 */
export function parseInlineTests(file: TestSource, options: TestParseOptions = STRICT_PARSING): ParsedTests {
  // A reply of the service may have a hundred megabytes, and no test.
  if (!Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length).includes('tests'))
    return { ok: true, tests: [], warnings: [] }
  return parseWith(file, (context, node) => {
    const list = node.kind === 'map' ? node.entries.find(({ key }) => key === 'alertDefinitions') : undefined
    const items = list?.value.kind === 'list' ? list.value.items : []
    return items.flatMap((item) => (item.kind === 'map' ? readDefinitionTests(context, item, options) : []))
  })
}

function parseWith(
  file: TestSource,
  read: (context: DocumentContext, node: RuleNode) => readonly ReadTest[],
): ParsedTests {
  const diagnostics = new DiagnosticList()
  const opened = openDocument(file, diagnostics)
  const found = opened === null ? [] : read(opened.context, opened.node)
  const tests = found.map(({ test }) => test)
  if (opened !== null) checkNames(opened.context, tests)
  if (!diagnostics.hasErrors) return { ok: true, tests, warnings: diagnostics.sorted() }
  const testsThat = (isSound: boolean): readonly RuleTest[] =>
    found.filter((one) => one.isSound === isSound).map(({ test }) => test)
  return { ok: false, diagnostics: diagnostics.sorted(), sound: testsThat(true), flawed: testsThat(false) }
}

/** Reads the tests of a list; `areSharedSound` says whether what they share with their file is without mistakes. */
function readTests(
  context: DocumentContext,
  list: RuleNode,
  given: {
    readonly defaults: TestDefaults
    readonly options: TestParseOptions
    readonly areSharedSound: boolean
  },
): readonly ReadTest[] {
  const { diagnostics } = context
  return testNodes(context, list, 'tests').flatMap((item) => {
    const before = diagnostics.errorCount
    const test = readTest(context, item, given.defaults, given.options)
    return test === null ? [] : [{ test, isSound: given.areSharedSound && diagnostics.errorCount === before }]
  })
}

function openDocument(
  { name, bytes }: TestSource,
  diagnostics: DiagnosticList,
): { readonly context: DocumentContext; readonly node: RuleNode } | null {
  if (bytes.length > TEST_FILE_BYTES_LIMIT) {
    const span: SourceSpan = { file: name, line: 1, column: 1, length: 1, lineText: '' }
    diagnostics.error(
      { file: name, span: () => span },
      {
        code: 'RULE004',
        message: `the file has ${bytes.length} bytes; a test file may have ${TEST_FILE_BYTES_LIMIT}`,
        fix: 'Put the events into a log file and name it under logs.',
      },
    )
    return null
  }
  const source = decodeSource(name, bytes, diagnostics)
  if (source === null) return null
  const notation = name.toLowerCase().endsWith('.json') ? 'json' : 'yaml'
  const context: DocumentContext = { source, sourceIndex: 0, notation, form: 'native', diagnostics }
  if (source.text.trim() === '') {
    reportEmpty(context, { start: 0, end: 0 })
    return null
  }
  const node = notation === 'json' ? readJson(source, diagnostics) : readYaml(source, diagnostics)
  return node === null ? null : { context, node }
}

function readTestFile(
  context: DocumentContext,
  node: MapNode,
  options: TestParseOptions,
): readonly ReadTest[] {
  const { diagnostics } = context
  const before = diagnostics.errorCount
  const keys = node.entries.map(({ key }) => key)
  if (!keys.includes('tests') && keys.includes('alertDefinitions')) {
    reportAt(context, node.entries.find(({ key }) => key === 'alertDefinitions')?.keyRange ?? node, {
      code: 'TEST002',
      message: 'this is a rule file by its contents, and a test file by its name',
      fix: 'Name it *.rules.yaml; tests may stand there under each definition.',
    })
    return []
  }
  const properties = propertiesOf(context, node, {
    noun: 'a test file',
    known: ['tests', 'generated', ...SHARED_NAMES],
  })
  const generated = properties.get('generated')
  const shared = readShared(context, properties, NO_DEFAULTS)
  const defaults: TestDefaults = {
    ...shared,
    owner: null,
    isGenerated: generated === undefined ? false : (readBoolean(context, generated) ?? false),
  }
  const list = properties.get('tests')
  if (list === undefined || (list.value.kind === 'list' && list.value.items.length === 0)) {
    reportEmpty(context, list?.value ?? node.entries[0]?.keyRange ?? node)
    return []
  }
  const areSharedSound = diagnostics.errorCount === before
  return readTests(context, list.value, { defaults, options, areSharedSound })
}

function readDefinitionTests(
  context: DocumentContext,
  node: MapNode,
  options: TestParseOptions,
): readonly ReadTest[] {
  const list = node.entries.find(({ key }) => key === 'tests')
  const name = node.entries.find(({ key }) => key === 'Name')?.value
  if (list === undefined || list.value.kind !== 'list' || name?.kind !== 'text') return []
  const owner: PlacedText = { text: name.value, span: spanOf(context, name) }
  const defaults: TestDefaults = { ...NO_DEFAULTS, owner }
  return readTests(context, list.value, { defaults, options, areSharedSound: true })
}

function reportTopLevel(context: DocumentContext, node: RuleNode): void {
  if (node.kind === 'null') {
    reportEmpty(context, { start: 0, end: 0 })
    return
  }
  reportAt(context, node, {
    code: 'TEST002',
    message: `the top level must be an object with tests, found ${describeNode(node)}`,
    fix: node.kind === 'list' ? 'Put the list under the key tests.' : MINIMAL_FILE,
  })
}

/** The smallest test file, for the person who has none yet. */
const MINIMAL_FILE =
  'Begin with: tests: [{ name: a visit fires, table: DeviceNetworkEvents, events: [{ RemoteUrl: a.example }], fires: [a] }]'

function reportEmpty(context: DocumentContext, at: { readonly start: number; readonly end: number }): void {
  reportAt(context, at, { code: 'TEST001', message: 'the file holds no test', fix: MINIMAL_FILE })
}

/** A name is how a test is chosen and reported, so within one file, or under one definition, it stands for one test. */
function checkNames(context: DocumentContext, tests: readonly RuleTest[]): void {
  const first = new Map<string, RuleTest>()
  for (const test of tests) {
    const key = JSON.stringify([test.owner, test.name])
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, test)
      continue
    }
    context.diagnostics.error(
      { file: test.file, span: () => test.span },
      {
        code: 'TEST004',
        message: `another test of this file has the name ${quoted(test.name)}`,
        fix: 'Rename one of the two.',
        related: [{ message: 'the first stands here', spot: { file: test.file, span: () => earlier.span } }],
      },
    )
  }
}
