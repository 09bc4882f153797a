import type { Arbitrary, IProperty } from 'fast-check'
import { zeekTsv } from '../../logs/formats/zeek-tsv.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { LawName } from '../../model/law-report.ts'
import { ZEEK_COLUMNS } from '../generate/zeek-event.ts'
import type { OneIndicator } from '../match-one.ts'
import { lawNamed } from './check-laws.ts'
import { Choices } from './choices.ts'
import { drawEvent } from './draw-event.ts'
import type { RuleChoice } from './draw-rules.ts'
import { drawIndicator, drawRules } from './draw-rules.ts'
import { drawHit, drawNearMiss } from './draw-values.ts'
import type { FastCheckModule } from './fast-check-peer.ts'
import { fastCheck } from './fast-check-peer.ts'
import { brokenLawMessage } from './broken-law.ts'
import { LawGround, logOf } from './law-ground.ts'
import type { EventFormat, LawSettings } from './law-settings.ts'
import { DEFENDER_FORMATS, EVENT_FORMATS, lawSettings } from './law-settings.ts'

/** A log of one event, in a format, and the canonical value that it carries. */
export interface GeneratedLog {
  readonly format: EventFormat
  /** The whole log. */
  readonly text: string
  readonly value: string
}

/** In which formats and under which law logs are generated; what is left out is every format and the defaults. */
export interface LogChoice extends Partial<Pick<LawSettings, 'semantics'>> {
  readonly formats?: readonly EventFormat[]
}

/** Enough decisions for any case; further ones are the plainest. */
const MOST_CHOICES = 400
const MOST_NUMBER = 0xffff

/** Any indicator: type, function and canonical value. */
export function indicators(
  choice: Pick<RuleChoice, 'types' | 'detectionFunctions'> = {},
): Arbitrary<OneIndicator> {
  return drawn((choices) => drawIndicator(choice, choices))
}

/** Rule sets with one definition or more, ready for `compileRules`. */
export function ruleSets(choice: RuleChoice = {}): Arbitrary<RuleSet> {
  return drawn((choices) => drawRules(choice, choices))
}

/** Logs on which an indicator must fire. Fails where no value makes it fire. */
export function hitsOf(indicator: OneIndicator, choice: LogChoice = {}): Arbitrary<GeneratedLog> {
  return drawn((choices) => drawLog(indicator, choice, choices, drawHit))
}

/** Logs on which an indicator must not fire, although they look as if it might. Fails where none is known. */
export function nearMissesOf(indicator: OneIndicator, choice: LogChoice = {}): Arbitrary<GeneratedLog> {
  return drawn((choices) =>
    drawLog(indicator, choice, choices, (...how) => drawNearMiss(...how)?.value ?? null),
  )
}

/** Logs of one event of any kind, in every format. */
export function events(choice: LogChoice = {}): Arbitrary<GeneratedLog> {
  return drawn((choices) => drawLog(drawIndicator(WHOLE, choices), choice, choices, drawHit))
}

const WHOLE: RuleChoice = { detectionFunctions: ['Equals'] }

/** A law of the operators as a property, for `fc.assert`: of one rule set, or of all that an arbitrary gives. */
export function lawHolds(
  law: LawName,
  rules: RuleSet | Arbitrary<RuleSet>,
  settings: Partial<LawSettings> = {},
): IProperty<[RuleSet, readonly number[]]> {
  const fc: FastCheckModule = fastCheck()
  const all = 'generate' in rules ? rules : fc.constant(rules)
  const { check } = lawNamed(law)
  return fc.property(all, choiceNumbers(), (own, numbers): void => {
    const outcome = check(LawGround.open(own, lawSettings(settings)), Choices.replayed(numbers))
    if (outcome === 'vacuous') fc.pre(false)
    if (typeof outcome === 'object') throw new Error(brokenLawMessage(law, outcome))
  })
}

type DrawValue = (...how: Parameters<typeof drawHit>) => string | null

function drawLog(
  indicator: OneIndicator,
  { formats, semantics }: LogChoice,
  choices: Choices,
  drawValue: DrawValue,
): GeneratedLog {
  const plain = lawSettings(semantics === undefined ? {} : { semantics })
  const format = choices.pick(formats ?? formatsUnder(plain))
  const settings: LawSettings = isZeek(format) ? { ...plain, fieldMap: ZEEK_FIELDS } : plain
  const value = drawValue(indicator, settings.semantics, choices)
  const life = { ExpiresAt: null, CreatedAt: null }
  const event = value === null ? null : drawEvent({ type: indicator.Type, value, life }, settings, choices)
  if (value === null || event === null) {
    const { Type, DetectionFunction, Value } = indicator
    throw new Error(`no event can be made for ${Type} ${DetectionFunction} ${Value}`)
  }
  return { format, text: logOf([event.event], format).text, value }
}

/** The tables and ActionTypes of Defender are no others', and where every string counts the writer of Zeek's rows has no column for it. */
function formatsUnder({ semantics: { tables, actionTypes, fields } }: LawSettings): readonly EventFormat[] {
  return tables === null && actionTypes === null && fields === 'mapped' ? EVENT_FORMATS : DEFENDER_FORMATS
}

function isZeek(format: EventFormat): boolean {
  return format === 'zeek-json' || format === 'zeek-tsv'
}

/** The fields of Zeek's logs for which our writer has a column. */
const ZEEK_FIELDS: FieldMap = zeekFields()

function zeekFields(): FieldMap {
  const { fieldMap } = zeekTsv
  if (fieldMap === null) throw new Error('the format of Zeek has a field map')
  const columns = new Set(ZEEK_COLUMNS.map(([name]) => name))
  return { ...fieldMap, entries: fieldMap.entries.filter(({ path: [name = ''] }) => columns.has(name)) }
}

function drawn<Drawn>(draw: (choices: Choices) => Drawn): Arbitrary<Drawn> {
  return choiceNumbers().map((numbers) => draw(Choices.replayed(numbers)))
}

/** Decisions as fast-check draws and shrinks them. */
function choiceNumbers(): Arbitrary<readonly number[]> {
  const fc = fastCheck()
  return fc.array(fc.nat(MOST_NUMBER), { maxLength: MOST_CHOICES, size: 'large' })
}
