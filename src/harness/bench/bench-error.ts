/** Why nothing can be measured, or not compared, and what to do. */
export class BenchError extends Error {
  readonly fix: string | null

  constructor(message: string, fix: string | null = null) {
    super(message)
    this.name = 'BenchError'
    this.fix = fix
  }
}
