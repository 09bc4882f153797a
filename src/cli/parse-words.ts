import { MAX_RECORD_RANGE } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import { parseTime, TICKS_PER_SECOND } from '../model/time.ts'
import { UsageError } from './usage-error.ts'

const SECONDS: Readonly<Record<string, bigint>> = { s: 1n, m: 60n, h: 3600n, d: 86_400n }

/** A length of time such as `24h`, `90m`, `7d`. */
export function parseDuration(option: string, text: string): TimeTicks {
  const parts = /^(\d{1,9})([smhd])$/.exec(text)
  const ticks = parts === null ? 0n : BigInt(parts[1]!) * SECONDS[parts[2]!]! * TICKS_PER_SECOND
  if (ticks === 0n)
    throw new UsageError(
      `${option} needs a length of time, found "${text}"`,
      'write it as 24h, 90m, 30s or 7d',
    )
  return ticks
}

/** A point in time; a date alone means its first instant in UTC. */
export function parseInstant(option: string, text: string): TimeTicks {
  const time = parseTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
  if (time === null)
    throw new UsageError(
      `${option} needs a point in time, found "${text}"`,
      'write it as 2026-11-01T10:00:00Z',
    )
  return time
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kib: 1024,
  m: 1_048_576,
  mib: 1_048_576,
  kb: 1000,
  mb: 1_000_000,
}

/** A record cap such as `16MiB`, between 1 KiB and 256 MiB. */
export function parseRecordCap(option: string, text: string): number {
  const parts = /^(\d{1,12})\s*([A-Za-z]{0,3})$/.exec(text)
  const unit = SIZE_UNITS[parts?.[2]?.toLowerCase() ?? '?']
  const bytes = parts === null || unit === undefined ? Number.NaN : Number(parts[1]) * unit
  if (!(bytes >= MAX_RECORD_RANGE.min && bytes <= MAX_RECORD_RANGE.max))
    throw new UsageError(`${option} needs a size from 1KiB to 256MiB, found "${text}"`, 'write it as 16MiB')
  return bytes
}

/** How many times data may grow when decompressed. */
export function parseRatio(option: string, text: string): number {
  const ratio = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (ratio > 0) return ratio
  throw new UsageError(
    `${option} needs a whole number from 1, found "${text}"`,
    'write it as 200, or leave the option out for no limit',
  )
}

/** Threads beside the main one. More than this many are more than any machine here uses well. */
export const WORKERS_LIMIT = 64

/** A number of threads; capped by the caller. */
export function parseWorkers(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new UsageError(
      `${option} needs a whole number from 0, found "${text}"`,
      'use 0 for no threads, or leave the option out',
    )
  return Number(text)
}
