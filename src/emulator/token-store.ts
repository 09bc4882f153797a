import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { TICKS_PER_SECOND, type TimeTicks } from '../model/time.ts'

/** Seconds that a token lives (ti-api 1.2). */
export const TOKEN_SECONDS = 3599n

/** Tokens kept; the oldest goes when a client asks for more. */
const TOKEN_LIMIT = 10_000
const TOKEN_BYTES = 48

/** Who a token was issued to, and until when it is good. */
interface Grant {
  readonly clientId: string
  readonly expiresAt: TimeTicks
}

/** The access tokens in force. Only their digests are kept, so a heap dump shows none. */
export class TokenStore {
  readonly #grants = new Map<string, Grant>()

  /** Issues an opaque token to a client. */
  issue(clientId: string, now: TimeTicks): string {
    for (const [key, grant] of this.#grants) {
      // In order of issue, so of expiry as long as the clock does not step back.
      if (grant.expiresAt > now && this.#grants.size < TOKEN_LIMIT) break
      this.#grants.delete(key)
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    this.#grants.set(digestOf(token), { clientId, expiresAt: now + TOKEN_SECONDS * TICKS_PER_SECOND })
    return token
  }

  /** The client that holds this token, or null for a token that is unknown or no longer good. */
  holderOf(token: string, now: TimeTicks): string | null {
    const grant = this.#grants.get(digestOf(token))
    return grant === undefined || grant.expiresAt <= now ? null : grant.clientId
  }
}

/** Compares two secrets without telling by its time where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
