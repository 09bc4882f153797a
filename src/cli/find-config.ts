import { lstatSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { ConfigFile } from './config-file.ts'

/** The name under which a configuration is looked for. */
export const CONFIG_NAME = 'dryfire.config.yaml'

/**
 * The configuration that applies in a folder: the nearest one upwards, no further than the repository's root. What reads
 * YAML is only loaded where there is one.
 */
export async function findConfig(folder: string): Promise<ConfigFile | null> {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, CONFIG_NAME)
    if (exists(path)) {
      const { readConfig } = await import('./config-file.ts')
      return readConfig(path, relative(folder, path) || CONFIG_NAME)
    }
    if (exists(join(at, '.git')) || dirname(at) === at) return null
  }
}

/** Also of a link that leads nowhere: a configuration that cannot be read is not the same as none. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false // the folder itself cannot be entered
  }
}
