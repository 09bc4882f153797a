import { expect, test } from 'vitest'
import { planText } from '../../../src/report/plan-text.ts'
import type { PlanView, ShownChange } from '../../../src/report/plan-view.ts'
import { textWidth } from '../../../src/report/text-width.ts'
import { BUSY_PLAN, HOSTILE_PLAN, NOTES, QUIET_PLAN, TIGHT_PLAN } from './example-plan.ts'
import { expectGolden } from './golden.ts'

const WIDE = { color: false, width: 120, verbose: false }

test('a plan with every kind of change shows each definition with its IOCs and what apply needs', () => {
  expectGolden('plan-with-every-change.txt', planText(BUSY_PLAN, { ...WIDE, notes: NOTES }))
})

test('a plan fits a narrow terminal', () => {
  expectGolden('plan-in-60-columns.txt', planText(BUSY_PLAN, { ...WIDE, width: 60, notes: NOTES }))
})

test('a plan with colours holds the same text', () => {
  const coloured = planText(BUSY_PLAN, { ...WIDE, color: true, notes: NOTES })

  expectGolden('plan-with-colours.txt', coloured)
  expect(coloured.replace(/\x1b\[[\d;]*m/g, '')).toBe(planText(BUSY_PLAN, { ...WIDE, notes: NOTES }))
})

test('a verbose plan folds nothing', () => {
  const folded = planText(BUSY_PLAN, WIDE)
  const verbose = planText(BUSY_PLAN, { ...WIDE, verbose: true })

  expect(folded).toContain('    + … 4 more (--verbose lists them)\n')
  expect(verbose).not.toContain('more')
  expect(verbose.match(/\+ Sha1 /g)).toHaveLength(14)
  expect(verbose.match(/and on/g)?.length).toBe(20)
})

test.each([false, true])(
  'a plan shows a long value whole, over several lines where it must, verbose %j',
  (verbose) => {
    const Value = `${'label.'.repeat(40)}example`
    const plan: PlanView = {
      ...BUSY_PLAN,
      changes: [
        {
          kind: 'delete-indicator',
          Id: 1,
          definition: { Name: 'feed', Id: 4 },
          ioc: { Type: 'DomainName', DetectionFunction: 'Equals', Value, ExpiresAt: null, Enabled: true },
        },
      ],
    }

    const text = planText(plan, { ...WIDE, width: 60, verbose })

    expect(text.replace(/\n +/g, '')).toContain(Value)
    expect(Math.max(...text.split('\n').map(textWidth))).toBeLessThanOrEqual(60)
  },
)

test('a value that no rules could hold is cut unless everything was asked for', () => {
  const Value = 'x'.repeat(50_000)
  const plan: PlanView = {
    ...BUSY_PLAN,
    changes: [
      {
        kind: 'delete-definition',
        Id: 1,
        Name: 'feed',
        cascade: [{ Type: 'DomainName', DetectionFunction: 'Equals', Value }],
      },
    ],
  }

  const shown = planText(plan, WIDE)
  const verbose = planText(plan, { ...WIDE, verbose: true })

  expect(shown.length).toBeLessThan(3000)
  expect(verbose.replace(/\n +/g, '')).toContain(Value)
})

test('a change deep within a long text is in sight on both sides', () => {
  const text = (word: string): string => `${'the same words again '.repeat(20)}${word} and an end`
  const plan: PlanView = {
    ...BUSY_PLAN,
    changes: [
      {
        kind: 'patch-definition',
        Id: 4,
        Name: 'feed',
        before: { UxDescription: text('isolate') },
        patch: { UxDescription: text('ignore') },
      },
    ],
  }

  expect(planText(plan, WIDE)).toContain(
    '~ UxDescription "…ords again isolate and an end" → "…ords again ignore and an end"',
  )
})

test('what falls with a definition is listed below it, and folded after ten', () => {
  const cascade = Array.from({ length: 12 }, (_, i) => ({
    Type: 'IpAddress',
    DetectionFunction: 'Equals',
    Value: `192.0.2.${i}`,
  }))
  const changes: ShownChange[] = [{ kind: 'delete-definition', Id: 7, Name: 'old-lab', cascade }]

  const text = planText({ ...BUSY_PLAN, changes, deletes: 13 }, WIDE)

  expect(text).toContain('- old-lab (Id 7): also deletes 12 IOCs\n    - IpAddress 192.0.2.0\n')
  expect(text).toContain('    - IpAddress 192.0.2.9\n    - … 2 more (--verbose lists them)\n')
})

test('an empty plan says so, and what is kept', () => {
  expectGolden('plan-without-changes.txt', planText(QUIET_PLAN, WIDE))
})

test('a plan that makes room says which deletes run first and which number apply needs', () => {
  expectGolden('plan-that-makes-room.txt', planText(TIGHT_PLAN, WIDE))
})

test('a plan within the limit of deletes asks for no number', () => {
  const many = Array.from({ length: 30 }, (_, i) => i + 1)
  const remote = { ...TIGHT_PLAN.basis.remote, ownedIndicatorIds: many }

  const text = planText({ ...TIGHT_PLAN, basis: { ...TIGHT_PLAN.basis, remote } }, WIDE)

  expect(text).not.toContain('--allow-delete')
})

test('many definitions are folded, but none that is deleted', () => {
  const created = Array.from({ length: 80 }, (_, i): ShownChange => ({
    kind: 'create-definition',
    body: { Name: `n${i}`, Title: 't', Severity: 'Low', Category: 'Malware', Enabled: true },
  }))
  const deleted = Array.from({ length: 80 }, (_, i): ShownChange => ({
    kind: 'delete-definition',
    Id: i + 1,
    Name: `gone-${i}`,
    cascade: [],
  }))
  const plan: PlanView = { ...BUSY_PLAN, changes: [...created, ...deleted], deletes: 80 }

  const text = planText(plan, WIDE)

  expect(text.match(/^\+ n\d+ /gm)).toHaveLength(50)
  expect(text).toContain('… 30 more definitions with 0 changes of IOCs; --verbose lists them')
  expect(text.match(/^- gone-\d+ /gm)).toHaveLength(80)
  expect(planText(plan, { ...WIDE, verbose: true }).match(/^\+ n\d+ /gm)).toHaveLength(80)
})

test('no line of a plan is wider than the terminal', () => {
  for (const plan of [BUSY_PLAN, QUIET_PLAN, TIGHT_PLAN, HOSTILE_PLAN]) {
    for (const width of [40, 50, 64, 80, 100, 120, 200]) {
      const lines = planText(plan, { ...WIDE, width, notes: NOTES }).split('\n')
      const widest = Math.max(...lines.map(textWidth))
      expect(widest).toBeLessThanOrEqual(width)
    }
  }
})

test('everything hostile in a plan is escaped, and every line of it is whole', () => {
  const text = planText(HOSTILE_PLAN, { ...WIDE, verbose: true, notes: ['note\u001b[2J'] })

  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]|\u{e0001}/u)
  expect(text).toContain('evil\\x1b[2J')
  expect(text).toContain('note\\x1b[2J')
})

test('a plan with thousands of changes is printed at once', () => {
  const changes = Array.from({ length: 20_000 }, (_, i): ShownChange => ({
    kind: 'create-indicator',
    definition: { Name: `d${i % 100}`, Id: i % 100 },
    body: {
      Type: 'DomainName',
      DetectionFunction: 'Equals',
      Value: `h${i}.example`,
      ExpiresAt: null,
      Enabled: true,
    },
  }))
  const startedAt = performance.now()

  const text = planText({ ...BUSY_PLAN, changes, deletes: 0 }, WIDE)

  expect(performance.now() - startedAt).toBeLessThan(2000)
  expect(text).toContain('create 20,000 IOCs')
})
