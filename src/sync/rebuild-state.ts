import type { StateFolder } from '../files/state-folder.ts'
import { asRefusal } from './open-state.ts'

/**
 * Begins the state of a tenant anew from what the tenant itself shows: journal and claims are set aside, whatever they
 * hold, and the next plan reads the tenant. Names that only the claims held must be adopted again. Returns the backup.
 */
export function rebuildState(state: StateFolder): string | null {
  try {
    state.lock()
    try {
      return state.setAside()
    } finally {
      state.unlock()
    }
  } catch (cause) {
    throw asRefusal(cause)
  }
}
