import { QueryError } from './query-error.ts'

/** A stretch of an option's decoded value, and how to refuse something in it at its place. */
export class OptionText {
  readonly option: string
  /** The whole value: offsets in errors count from its beginning, also below nested options. */
  readonly text: string
  readonly start: number
  readonly end: number

  constructor(option: string, text: string, start: number = 0, end: number = text.length) {
    this.option = option
    this.text = text
    this.start = start
    this.end = end
  }

  /** The stretch itself. */
  get value(): string {
    return this.text.slice(this.start, this.end)
  }

  /** A stretch within this one, under the same name. */
  part(start: number, end: number): OptionText {
    return new OptionText(this.option, this.text, start, end)
  }

  /** Throws what is wrong with the text: status 400. */
  refuse(offset: number, message: string, fix: string): never {
    throw new QueryError({ option: this.option, offset, status: 400, message, fix })
  }

  /** Throws that OData has this but the service does not: status 501. */
  decline(offset: number, feature: string): never {
    throw new QueryError({
      option: this.option,
      offset,
      status: 501,
      message: `${feature} are not offered`,
      fix: 'ask without it and select among the answers',
    })
  }
}
