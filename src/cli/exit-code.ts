/** Exit codes of every command (semantics 11). */
export const EXIT = {
  ok: 0,
  gate: 1,
  usage: 2,
  rules: 3,
  input: 4,
  remote: 5,
  safety: 6,
  limit: 7,
  bug: 70,
  sighup: 129,
  sigint: 130,
  sigterm: 143,
} as const

/** One of the codes of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** From the strongest to the weakest when several hold at once; warnings never change the code. */
const PRECEDENCE: readonly ExitCode[] = [
  EXIT.sigint,
  EXIT.sigterm,
  EXIT.sighup,
  EXIT.bug,
  EXIT.usage,
  EXIT.rules,
  EXIT.safety,
  EXIT.limit,
  EXIT.remote,
  EXIT.gate,
  EXIT.input,
]

/** The code that a run ends with when all of these hold. */
export function strongestExit(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.ok
}
