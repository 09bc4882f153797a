import type { AlertDefinition } from '../model/alert-definition.ts'
import { SEVERITIES } from '../model/alert-definition.ts'
import type { EventRecord } from '../model/event-record.ts'
import { parseTime } from '../model/time.ts'
import type { ReplayFilters, ScanSettings } from './scan-settings.ts'

/** Per definition: is it enabled and selected by name and severity? */
export function shownDefinitions(
  definitions: readonly AlertDefinition[],
  filters: ReplayFilters,
): readonly boolean[] {
  const least = filters.minSeverity === null ? 0 : SEVERITIES.indexOf(filters.minSeverity)
  return definitions.map(
    (definition) =>
      definition.Enabled &&
      SEVERITIES.indexOf(definition.Severity) >= least &&
      (filters.definitions === null || filters.definitions.includes(definition.Name)),
  )
}

/** What filters look at. */
type ShownFields = Pick<EventRecord, 'table' | 'actionType' | 'time' | 'deviceId' | 'deviceName' | 'computer'>

/** Is the event within the tables, action types, times and devices of this run? Doubt keeps it. */
export function isEventShown(event: ShownFields, settings: ScanSettings): boolean {
  const { tables, actionTypes } = settings.semantics
  if (tables !== null && event.table !== null && !tables.includes(event.table)) return false
  if (actionTypes !== null && event.actionType !== null && !actionTypes.includes(event.actionType))
    return false
  return isWithinTimes(event, settings.filters) && isOnDevice(event, settings.filters)
}

function isWithinTimes(event: ShownFields, filters: ReplayFilters): boolean {
  if (filters.from === null && filters.to === null) return true
  const time = event.time === null ? null : parseTime(event.time)
  if (time === null) return true
  return (filters.from === null || time >= filters.from) && (filters.to === null || time < filters.to)
}

function isOnDevice(event: ShownFields, filters: ReplayFilters): boolean {
  if (filters.devices === null) return true
  const wanted = filters.devices.map((device) => device.toLowerCase())
  const names = [event.deviceId, event.deviceName, event.computer]
  return names.some((name) => name !== null && wanted.includes(name.toLowerCase()))
}
