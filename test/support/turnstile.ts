/**
 * Lets several walks go one step at a time, in an order that the test chooses. A walk asks before each step; when every
 * walk that is not at its end has asked, one of them is let through.
 */
export class Turnstile {
  readonly #waiting: { readonly walk: string; readonly pass: () => void }[] = []
  readonly #choose: (count: number) => number
  readonly trace: string[] = []
  #walking: number

  constructor(walks: number, choose: (count: number) => number) {
    this.#walking = walks
    this.#choose = choose
  }

  /** Resolves when it is this walk's turn. */
  ask(walk: string): Promise<void> {
    return new Promise((pass) => {
      this.#waiting.push({ walk, pass })
      this.#turn()
    })
  }

  /** This walk takes no further steps. */
  leave(): void {
    this.#walking--
    this.#turn()
  }

  #turn(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#walking) return
    // By name, so that the order of arrival, which is nobody's, decides nothing.
    this.#waiting.sort((a, b) => (a.walk < b.walk ? -1 : 1))
    const [next] = this.#waiting.splice(this.#choose(this.#waiting.length), 1)
    if (next === undefined) return
    this.trace.push(next.walk)
    next.pass()
  }
}
