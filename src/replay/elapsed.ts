/**
 * Milliseconds since a moment of the past, whatever is done to the clock of the day. `performance.now()` says the same; Node loads
 * what it belongs to when it is first asked, which is a millisecond of every start.
 */
export function elapsedMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
