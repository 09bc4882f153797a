import { assertNever } from '../model/assert-never.ts'
import type { IndicatorBody } from './entities.ts'
import type { Change, RulePlace } from './plan.ts'

/** A change in words, for problems: `create IpAddress Equals "192.0.2.1" of "C2 servers"`. */
export function changeText(change: Change): string {
  switch (change.kind) {
    case 'create-definition':
      return `create definition ${quote(change.body.Name)}`
    case 'patch-definition':
      return `change definition ${quote(change.Name)} (Id ${change.Id})`
    case 'delete-definition':
      return `delete definition ${quote(change.Name)} (Id ${change.Id})`
    case 'create-indicator':
      return `create ${iocText(change.body)} of ${quote(change.definition.Name)}`
    case 'patch-indicator':
      return `change ${iocText(change.ioc)} of ${quote(change.definition.Name)} (Id ${change.Id})`
    case 'rebind-indicator':
      return `move ${iocText(change.ioc)} (Id ${change.Id}) from ${quote(change.from.Name)} to ${quote(change.to.Name)}`
    case 'delete-indicator':
      return `delete ${iocText(change.ioc)} of ${quote(change.definition.Name)} (Id ${change.Id})`
    default:
      return assertNever(change)
  }
}

/** An indicator in words: `IpAddress Equals "192.0.2.1"`. */
export function iocText(ioc: Pick<IndicatorBody, 'Type' | 'DetectionFunction' | 'Value'>): string {
  return `${ioc.Type} ${ioc.DetectionFunction} ${quote(ioc.Value)}`
}

/** The rule behind a change, or null where the absence of a rule is the reason. */
export function changePlace(change: Change): RulePlace | null {
  return 'place' in change ? change.place : null
}

function quote(text: string): string {
  return JSON.stringify(text)
}
