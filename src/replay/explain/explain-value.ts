import { hashTypeOfLength, isHex } from '../../canonical/hash.ts'
import { refangedText } from '../../canonical/refang.ts'
import { observe } from '../../logs/observe.ts'
import type { ValueExplanation, ValueReading, Verdict } from '../../model/explanation.ts'
import type { ObservableKind } from '../../model/field-map.ts'
import { OBSERVABLE_KINDS } from '../../model/field-map.ts'
import type { HashType } from '../../model/indicator.ts'
import { HASH_DIGITS } from '../../model/indicator.ts'
import { SHOWN_TEXT_LIMIT } from '../../model/semantics.ts'
import type { TimeTicks } from '../../model/time.ts'
import { nearEdits } from './edit-distance.ts'
import type { ExplainContext, Subject } from './explain-observables.ts'
import { explainObservables } from './explain-observables.ts'

/** Texts above this are no value that anybody looks up. */
const VALUE_TEXT_LIMIT = 8192

/**
 * Says which indicators match a value and why the nearest ones do not. The value is read in every way in which a field
 * can be read: as a digest by its length, as an address, as the host of a URL, as a name.
 * `now` is the clock for indicators that expire, where the semantics leave it to the event.
 */
export function explainValue(value: string, context: ExplainContext, now: TimeTicks): ValueExplanation {
  const text = value.slice(0, SHOWN_TEXT_LIMIT)
  const brokenHash = nearlyHashType(value)
  const readings = value.length > VALUE_TEXT_LIMIT || brokenHash !== null ? [] : readingsOf(value)
  const isDefanged = value.length <= VALUE_TEXT_LIMIT && refangedText(value) !== value
  const subjects: Subject[] = readings.map((reading) => ({
    observable: { type: reading.type, value: reading.value, field: null, role: null, scope: null, text },
    obstacles: [],
    // What comes near to a defanged text is what matches its plain form.
    isSearched: !isDefanged,
    isMatched: true,
  }))
  if (brokenHash !== null) {
    const observable = { type: brokenHash, value: value.toLowerCase(), field: null, role: null, scope: null }
    subjects.push({
      observable: { ...observable, text },
      obstacles: [],
      isSearched: true,
      isMatched: false,
    })
  }
  const { hints, ...findings } = explainObservables(subjects, context, now)
  const plain = isDefanged ? [defangedHint(refangedText(value), context, now)] : []
  return {
    schemaVersion: 1,
    subject: 'value',
    value: text,
    readings,
    ...findings,
    hints: [...hints, ...plain, ...hintsFor(value, readings)],
  }
}

/** Every (type, canonical value) that some kind of field makes of the text. */
function readingsOf(text: string): readonly ValueReading[] {
  const found = new Map<string, { reading: Pick<ValueReading, 'type' | 'value'>; kinds: ObservableKind[] }>()
  for (const kind of OBSERVABLE_KINDS) {
    // A list of answers takes nearly everything for a name: only what it alone can read is worth showing.
    if (kind === 'dns-results' && found.size > 0) continue
    for (const { type, value } of observe(kind, text).findings) {
      const key = `${type} ${value}`
      const entry = found.get(key) ?? { reading: { type, value }, kinds: [] }
      entry.kinds.push(kind)
      found.set(key, entry)
    }
  }
  const readings = [...found.values()].map(({ reading, kinds }) => ({ ...reading, kinds }))
  const isDigest = readings.some(({ type }) => type in HASH_DIGITS)
  // Hex of a digest's length could name a host, but nobody who looks it up means that.
  return isDigest ? readings.filter(({ type }) => type in HASH_DIGITS) : readings
}

/** The hash type whose digests have nearly this length, for hex that is no whole digest. */
function nearlyHashType(text: string): HashType | null {
  if (!isHex(text) || hashTypeOfLength(text.length) !== null) return null
  const types: readonly HashType[] = ['Md5', 'Sha1', 'Sha256']
  return types.find((type) => Math.abs(HASH_DIGITS[type] - text.length) <= nearEdits(text.length)) ?? null
}

const VERDICT_WORDS: { readonly [V in Verdict]: string } = {
  match: 'fires',
  'would-match': 'would fire but for a date or a setting',
  near: 'comes near to an IOC',
  none: 'matches nothing',
}

function defangedHint(plain: string, context: ExplainContext, now: TimeTicks): string {
  // A text that is still defanged after one pass is no text that anybody looks up.
  const verdict = refangedText(plain) === plain ? explainValue(plain, context, now).verdict : 'none'
  return `the text is defanged, and events hold the plain form: ${plain}, which ${VERDICT_WORDS[verdict]}`
}

function hintsFor(text: string, readings: readonly ValueReading[]): readonly string[] {
  if (text.length > VALUE_TEXT_LIMIT) return [`the text has ${text.length} characters and is not looked up`]
  const hints: string[] = []
  if (text.trim() !== text)
    hints.push('blanks around an observed text are part of it: look up the text without them')
  if (isHex(text) && text.length >= HASH_DIGITS.Md5 - 3 && hashTypeOfLength(text.length) === null) {
    hints.push(
      `${text.length} hex digits are no whole digest: MD5 has ${HASH_DIGITS.Md5}, SHA-1 ${HASH_DIGITS.Sha1}, SHA-256 ${HASH_DIGITS.Sha256}`,
    )
  }
  if (readings.length === 0 && hints.length === 0)
    hints.push('no kind of field reads a digest, an address or a name out of this text')
  if (/^[^/]*\/\d{1,3}$/.test(text) && readings[0]?.type === 'IpAddress')
    hints.push('a network is no address: what stands before the / was looked up')
  return hints
}
