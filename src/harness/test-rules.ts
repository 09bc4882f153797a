import { compileRules } from '../engine/compile-rules.ts'
import { IndexImage } from '../engine/image-reader.ts'
import { Matcher } from '../engine/matcher.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { Semantics } from '../model/semantics.ts'

/** Rules compiled once for all tests that run against them. Tests run on one thread, since matchers keep scratch memory. */
export class TestRules {
  readonly rules: RuleSet
  readonly image: IndexImage
  readonly #matchers = new Map<string, Matcher>()

  private constructor(rules: RuleSet, image: IndexImage) {
    this.rules = rules
    this.image = image
  }

  static compile(rules: RuleSet): TestRules {
    return new TestRules(rules, IndexImage.open(compileRules(rules).image))
  }

  /** The matcher for these semantics; opened once for each pair of switches. */
  matcherFor({ domainEquals, domainSuffix }: Pick<Semantics, 'domainEquals' | 'domainSuffix'>): Matcher {
    const key = `${domainEquals} ${domainSuffix}`
    const known = this.#matchers.get(key)
    if (known !== undefined) return known
    const matcher = Matcher.open(this.image, { domainEquals, domainSuffix })
    this.#matchers.set(key, matcher)
    return matcher
  }

  /** Index of the definition with that Name, or null. */
  definitionNamed(name: string): number | null {
    const index = this.rules.definitions.findIndex((definition) => definition.Name === name)
    return index < 0 ? null : index
  }
}
