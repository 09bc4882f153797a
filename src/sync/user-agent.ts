import { TOOL_VERSION } from '../model/version.ts'

/** How requests name this program. */
export const USER_AGENT: string = `dryfire/${TOOL_VERSION}`
