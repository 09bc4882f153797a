import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import type { Semantics } from '../../src/model/semantics.ts'

/** Rules in canonical order, a canonical text, and the positions of the rules that must match it. */
export interface RegressionCase {
  readonly name: string
  readonly rules: readonly (readonly [IndicatorType, DetectionFunction, string])[]
  readonly options: Pick<Semantics, 'domainEquals' | 'domainSuffix'>
  readonly type: IndicatorType
  /** One code unit per byte. */
  readonly text: string
  readonly expected: readonly number[]
}

/**
 * Cases on which engine and oracle once differed, as `npm run fuzz` prints them, and the smallest cases that found the
 * faults planted to try it. A row stays for ever.
 */
export const REGRESSIONS: readonly RegressionCase[] = [
  {
    name: 'a needle at the very end of a digest',
    rules: [['Sha1', 'Contains', '0']],
    options: { domainEquals: 'exact', domainSuffix: 'textual' },
    type: 'Sha1',
    text: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0',
    expected: [0],
  },
  {
    name: 'Equals on a name that is longer by one byte',
    rules: [['DomainName', 'Equals', 'a']],
    options: { domainEquals: 'exact', domainSuffix: 'textual' },
    type: 'DomainName',
    text: 'aa',
    expected: [],
  },
  {
    name: 'a suffix of nine bytes with colons',
    rules: [['IpAddress', 'EndWith', ':a:a:aaaa']],
    options: { domainEquals: 'exact', domainSuffix: 'textual' },
    type: 'IpAddress',
    text: 'a:a:a:a:a:a:a:aaaa',
    expected: [0],
  },
  {
    name: 'four functions that match one address',
    rules: [
      ['IpAddress', 'StartWith', 'a'],
      ['IpAddress', 'EndWith', '8'],
      ['IpAddress', 'EndWith', 'a8'],
      ['IpAddress', 'Contains', 'a'],
    ],
    options: { domainEquals: 'exact', domainSuffix: 'textual' },
    type: 'IpAddress',
    text: 'a::a8',
    expected: [0, 1, 2, 3],
  },
  {
    name: 'a prefix that stands behind the first dot',
    rules: [['DomainName', 'StartWith', 'a']],
    options: { domainEquals: 'exact', domainSuffix: 'textual' },
    type: 'DomainName',
    text: '.a',
    expected: [],
  },
  {
    name: 'the address of two colons',
    rules: [['IpAddress', 'Equals', '::']],
    options: { domainEquals: 'exact', domainSuffix: 'textual' },
    type: 'IpAddress',
    text: '::',
    expected: [0],
  },
]
