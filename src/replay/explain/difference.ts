import type { DetectionFunction } from '../../model/indicator.ts'
import type { ByteRange, PatternPlace } from './edit-distance.ts'
import { editDistance, nearEdits } from './edit-distance.ts'

/** Says in words where an operator would have to hold. */
export const PLACE_OF: { readonly [F in DetectionFunction]: PatternPlace } = {
  Equals: 'whole',
  StartWith: 'start',
  EndWith: 'end',
  Contains: 'anywhere',
}

const VERBS: { readonly [P in PatternPlace]: string } = {
  whole: 'is',
  start: 'begins with',
  end: 'ends with',
  anywhere: 'contains',
}

/** The first difference between an indicator's value and an observed text that nearly has it, as a clause. */
export function differenceInWords(value: string, observed: string, place: PatternPlace): string {
  const piece = nearestPiece(value, observed, place)
  const count = editsBetween(value, piece)
  const shown = place === 'whole' ? '' : `it ${VERBS[place]} ${quoted(piece)}: `
  const position = firstDifference(value, piece)
  if (count !== 1) return `${shown}${count} characters differ, the first at position ${position + 1}`
  if (piece.length === value.length) {
    return `${shown}one character differs: position ${position + 1} has ${quoted(piece.charAt(position))}, the IOC ${quoted(value.charAt(position))}`
  }
  return piece.length > value.length
    ? `${shown}one character more than the IOC: ${quoted(piece.charAt(position))} at position ${position + 1}`
    : `${shown}one character less than the IOC, which has ${quoted(value.charAt(position))} at position ${position + 1}`
}

/** How an operator holds, as a clause: `ends with .c2.example`. */
export function operatorInWords(detectionFunction: DetectionFunction, value: string): string {
  return `${VERBS[PLACE_OF[detectionFunction]]} ${value}`
}

/** The part of the observed text that the value is nearest to. */
function nearestPiece(value: string, observed: string, place: PatternPlace): string {
  if (place === 'whole') return observed
  const out = { edits: 0, end: 0 }
  const limit = Math.max(1, nearEdits(value.length))
  editDistance(rangeOf(value), rangeOf(observed), place, limit, out)
  if (place === 'start') return observed.slice(0, out.end)
  if (place === 'end') return observed.slice(observed.length - out.end)
  const head = observed.slice(0, out.end)
  editDistance(rangeOf(value), rangeOf(head), 'end', limit, out)
  return head.slice(head.length - out.end)
}

function editsBetween(value: string, piece: string): number {
  const limit = Math.max(value.length, piece.length)
  return editDistance(rangeOf(value), rangeOf(piece), 'whole', limit, { edits: 0, end: 0 })
}

function firstDifference(left: string, right: string): number {
  let i = 0
  while (i < left.length && i < right.length && left[i] === right[i]) i += 1
  return i
}

/** One byte per code unit: canonical values are ASCII, and other units only have to differ from them. */
function rangeOf(text: string): ByteRange {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.min(text.charCodeAt(i), 0xff)
  return { bytes, start: 0, end: bytes.length }
}

function quoted(text: string): string {
  return `"${text}"`
}
