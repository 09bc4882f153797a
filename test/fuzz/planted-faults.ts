import { IdList } from '../../src/engine/id-list.ts'
import { INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { WrapTarget } from './fuzz-target.ts'

/** A deliberate fault in a matcher, of a kind that indexes have when they are wrong. */
export interface PlantedFault {
  readonly name: string
  readonly wrap: WrapTarget
}

/** The faults with which the fuzzer is tried: each must be found. */
export const FAULTS: readonly PlantedFault[] = [
  {
    name: 'a needle at the very end of a text is missed',
    wrap: losing(
      ({ fn, value, text }) => fn === 'Contains' && text.indexOf(value) === text.length - value.length,
    ),
  },
  {
    name: 'Equals takes a text that is longer by one byte',
    wrap: adding(
      ({ fn, type, value, text }) => fn === 'Equals' && type === 'DomainName' && text.slice(0, -1) === value,
    ),
  },
  {
    name: 'a suffix of more than eight bytes is missed',
    wrap: losing(({ fn, value }) => fn === 'EndWith' && value.length > 8),
  },
  {
    name: 'the fourth match of one text is lost',
    wrap: losing(({ rank }) => rank === 3),
  },
  {
    name: 'a prefix is found behind the first dot, too',
    wrap: adding(
      ({ fn, type, value, text }) =>
        fn === 'StartWith' && type === 'DomainName' && text.slice(text.indexOf('.') + 1).startsWith(value),
    ),
  },
  {
    name: 'an address with two colons in a row is not equal to itself',
    wrap: losing(({ fn, type, text }) => fn === 'Equals' && type === 'IpAddress' && text.includes('::')),
  },
]

/** One indicator on one text; `rank` is its place among the matches. */
interface Pair {
  readonly type: string
  readonly fn: string
  readonly value: string
  readonly text: string
  readonly rank: number
}

function losing(isLost: (pair: Pair) => boolean): WrapTarget {
  return changed((pair, isFound) => isFound && !isLost(pair))
}

function adding(isAdded: (pair: Pair) => boolean): WrapTarget {
  return changed((pair, isFound) => isFound || isAdded(pair))
}

function changed(isReported: (pair: Pair, isFound: boolean) => boolean): WrapTarget {
  return (matcher, indicators) => {
    const match: typeof matcher.match = (typeIndex, bytes, start, end, out) => {
      const found = new IdList()
      matcher.match(typeIndex, bytes, start, end, found)
      const right = new Set(found.toArray())
      const text = Buffer.from(bytes.slice(start, end)).toString('latin1')
      const type = INDICATOR_TYPES[typeIndex]
      let rank = 0
      for (const [id, ioc] of indicators.entries()) {
        const pair = { type: ioc.Type, fn: ioc.DetectionFunction, value: ioc.Value, text, rank }
        if (ioc.Type === type && isReported(pair, right.has(id))) out.push(id)
        if (right.has(id)) rank += 1
      }
    }
    return {
      match,
      hasMatch: (typeIndex, bytes, start, end) => {
        const out = new IdList()
        match(typeIndex, bytes, start, end, out)
        return out.length > 0
      },
    }
  }
}
