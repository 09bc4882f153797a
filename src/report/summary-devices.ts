import type { DeviceVerdict, ReplaySummary } from '../model/replay-summary.ts'
import { escapeTerminal } from './escape.ts'
import { formatCount } from '../model/count-text.ts'
import { moreLine } from './summary-layout.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { cell, tableLines } from './text-table.ts'
import type { TableCell, TableColumn } from './text-table.ts'

/** Devices that are listed; the JSON summary has them all. */
const SHOWN_DEVICES = 5

const COLUMNS: readonly TableColumn[] = [
  { title: 'device', align: 'left', least: 20, dropOrder: null },
  { title: 'alerts', align: 'right', least: null, dropOrder: null },
  { title: 'detections', align: 'right', least: null, dropOrder: 1 },
  { title: 'device id', align: 'left', least: 12, dropOrder: 2 },
]

/** The devices with the most alerts: where an investigation would begin. */
export function deviceLines(summary: ReplaySummary, layout: SummaryLayout): readonly string[] {
  const devices = summary.alerts.byDevice
  if (devices.length < 2) return []
  const shown = devices.slice(0, SHOWN_DEVICES)
  const sources = new Set(summary.input.files.map((file) => file.source))
  return [
    layout.paint('strong', `Devices with alerts (${formatCount(devices.length)})`),
    ...tableLines(
      COLUMNS,
      shown.map((verdict) => deviceRow(verdict, sources)),
      layout,
    ),
    ...moreLine(devices.length - shown.length, 'device'),
  ]
}

/** Named as people name it, the id beside it. Events that name no device are grouped by the file they stand in. */
function deviceRow(verdict: DeviceVerdict, sources: ReadonlySet<string>): readonly TableCell[] {
  const { device, deviceName, alerts, detections } = verdict
  const isNamed = deviceName !== null && deviceName.toLowerCase() !== device
  const nameless = sources.has(device) ? `(none named) ${device}` : device
  return [
    cell(escapeTerminal(isNamed ? deviceName : nameless)),
    cell(formatCount(alerts), 'strong'),
    cell(formatCount(detections)),
    cell(isNamed ? escapeTerminal(device) : ''),
  ]
}
