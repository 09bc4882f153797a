import { expect, test } from 'vitest'
import { canonicalJson } from '../../../../src/sync/plan/canonical-json.ts'
import { sha256Hex } from '../../../../src/sync/sha256.ts'
import { decodePlan, encodePlan } from '../../../../src/sync/plan/plan-file.ts'
import { RemoteError } from '../../../../src/sync/remote-error.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { domain, planOf } from '../../../support/plan-of.ts'

const REMOTE = buildTenant([
  {
    Id: 1,
    Name: 'a',
    Title: 'Old',
    iocs: [
      { Id: 1, Value: 'x.example' },
      { Id: 2, Value: 'y.example', Enabled: false },
    ],
  },
  {
    Id: 2,
    Name: 'b',
    iocs: [
      { Id: 3, Value: 'z.example' },
      { Id: 4, Value: 'gone.example' },
    ],
  },
  { Id: 3, Name: 'c', iocs: [{ Id: 5, Value: 'lost.example' }] },
  { Id: 9, Name: 'foreign', iocs: [{ Id: 6, Value: 'x.example' }] },
])
const ROWS = [
  domain('a', 'y.example'),
  domain('a', 'z.example'),
  domain('b', 'n.example'),
  domain('d', 'd.example'),
]
const PLAN = planOf(ROWS, REMOTE, { prune: true }).plan
const TEXT = new TextDecoder().decode(encodePlan(PLAN))

function refusalOf(text: string | Uint8Array): string {
  try {
    decodePlan(typeof text === 'string' ? new TextEncoder().encode(text) : text)
  } catch (error) {
    if (error instanceof RemoteError) return `${error.code} ${error.failure}: ${error.message}`
    throw error
  }
  throw new Error('not refused')
}

/** The plan after an edit, with a digest that fits: what a forger could write. */
function forged(edit: (plan: Record<string, unknown>) => Record<string, unknown>): string {
  const parsed: unknown = JSON.parse(TEXT)
  const { digest: _, ...content } = edit({ ...Object(parsed) })
  return `${canonicalJson({ ...content, digest: sha256Hex([canonicalJson(content)]) }, 1)}\n`
}

test('a plan file is read back as the same plan, and the same plan gives the same bytes', () => {
  const decoded = decodePlan(encodePlan(PLAN))

  expect(decoded).toEqual(PLAN)
  expect(encodePlan(decoded)).toEqual(encodePlan(PLAN))
  expect(new Set(PLAN.changes.map(({ kind }) => kind)).size).toBe(7)
})

test('a plan that was edited by hand is refused by its digest (G03)', () => {
  expect(TEXT).toContain('n.example')

  const refusal = refusalOf(TEXT.replace('n.example', 'm.example'))

  expect(refusal).toBe(
    'PLAN032 safety: the plan was changed since it was made: its digest does not fit its contents',
  )
})

test('a plan with other blanks, a repeated key or another escape is refused, though its data is the same', () => {
  const edits = [
    TEXT.trimEnd(),
    TEXT.replace('\n ', '\n  '),
    JSON.stringify(JSON.parse(TEXT)),
    TEXT.replace('"claims"', '"claim\\u0073"'),
    TEXT.replace('"deletes":', '"deletes": 0,\n "deletes":'),
  ]

  for (const edit of edits) {
    expect(edit).not.toBe(TEXT)
    expect(refusalOf(edit)).toMatch(/^PLAN032 safety/)
  }
})

test('what is no plan at all is a mistake of usage', () => {
  const files = ['', '{}', 'null', '[]', '"plan"', '{"changes":[]', 'alertDefinitions: []', `\ufeff${TEXT}`]
  const bytes = new Uint8Array([0xff, 0xfe, 0x00])

  expect([...files, bytes].map((file) => refusalOf(file).slice(0, 13))).toEqual(
    Array(9).fill('PLAN030 usage'),
  )
  expect(refusalOf('['.repeat(500_000) + ']'.repeat(500_000))).toMatch(/^PLAN030 usage/)
})

test('a plan of another format version asks for a new plan', () => {
  expect(refusalOf(TEXT.replace('"schemaVersion": 1', '"schemaVersion": 2'))).toMatch(/^PLAN031 usage/)
})

test('a forged plan with a fitting digest is refused for its shape, with the place', () => {
  const cases: readonly (readonly [string, (plan: Record<string, unknown>) => Record<string, unknown>])[] = [
    ['plan.deletes must be a whole number from 0, found -1', (plan) => ({ ...plan, deletes: -1 })],
    ['plan.deletes must be a whole number from 0, found 1.5', (plan) => ({ ...plan, deletes: 1.5 })],
    ['plan.kept must be a list, found an object', (plan) => ({ ...plan, kept: {} })],
    ['plan.claims[0] must be a text, found 7', (plan) => ({ ...plan, claims: [7] })],
    ['plan has no property "extra"', (plan) => ({ ...plan, extra: 1 })],
    ['plan.changes[0].kind must be', (plan) => ({ ...plan, changes: [{ kind: 'delete-everything' }] })],
    [
      'plan.changes[0].body must be an object, found null',
      (plan) => ({ ...plan, changes: [{ kind: 'create-definition', body: null, place: null }] }),
    ],
    ['plan.basis.api is missing', (plan) => ({ ...plan, basis: {} })],
  ]

  for (const [reason, edit] of cases) expect(refusalOf(forged(edit))).toContain(reason)
})

test('a property named __proto__ is refused as any other that is unknown', () => {
  const content = TEXT.replace('"basis":', '"__proto__": {"kept": []},\n "basis":')
  const { digest: _, ...data } = Object(JSON.parse(content))

  const refusal = refusalOf(content.replace(PLAN.digest, sha256Hex(canonicalJson(data))))

  expect(refusal).toContain('plan has no property "__proto__"')
})

test('a forged plan cannot touch what it does not name as owned, nor hide its deletes', () => {
  const foreign = {
    kind: 'delete-definition',
    Id: 9,
    Name: 'foreign',
    cascade: [{ Id: 6, Type: 'DomainName', DetectionFunction: 'Equals', Value: 'a.example' }],
  }
  const twice = PLAN.changes.filter(({ kind }) => kind === 'delete-definition')
  const stray = PLAN.changes.filter(({ kind }) => kind !== 'create-definition')

  expect(refusalOf(forged((plan) => ({ ...plan, changes: [foreign], deletes: 2 })))).toContain(
    'changes[0] touches what the plan does not own',
  )
  expect(refusalOf(forged((plan) => ({ ...plan, deletes: 0 })))).toContain(
    'deletes is not the number of deletes',
  )
  expect(refusalOf(forged((plan) => ({ ...plan, changes: [...twice, ...twice] })))).toContain(
    'deletes what is deleted before',
  )
  expect(refusalOf(forged((plan) => ({ ...plan, changes: stray })))).toContain(
    'needs a definition that the plan does not create',
  )
})

test('a message about a hostile plan holds no control character', () => {
  const refusal = refusalOf(forged((plan) => ({ ...plan, '\u001b[2J\u202e': 1 })))

  expect(refusal).not.toMatch(/[\u0000-\u001f\u202e]/)
  expect(refusal).toContain('<U+001B>')
})
