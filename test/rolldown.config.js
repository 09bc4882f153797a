// How `dist` is built for running. A process that opens two hundred small files before its first byte of work waits for them
// longer than for a million IOCs. Four bundles, because they are never loaded together: the command line with a file for each
// command, one file for each kind of worker thread, and the library. Packages stay outside, as they were published, but for
// commander, which every command waits for.
//
// `tsc` adds the declarations. What it compiles by itself runs as well, from the same places, only more slowly.
import { readFileSync } from 'node:fs'
import { defineConfig } from 'rolldown'

const input = { platform: 'node', external: /^[^./]/ }

/**
 * Takes Node's modules from `process`, which hands them out as they are. An import looks at every name that a module has, and
 * Node only loads some of what they name when they are looked at, as the streams of `node:fs`: several milliseconds.
 */
const builtinsAsTheyAre = {
  name: 'builtins-as-they-are',
  renderChunk: (code) =>
    code.replaceAll(
      /^import (\{ .+ \}) from ("node:.+");$/gm,
      (_, names, module) => `const ${names.replaceAll(' as ', ': ')} = process.getBuiltinModule(${module});`,
    ),
}

/**
 * What starts other programs costs as much to load as commander itself, which only needs it for commands that are programs. And
 * `process` need not be copied name by name.
 */
const lightCommander = {
  name: 'light-commander',
  resolveId: (id, importer) => (isReplaced(id, importer) ? `\0${id}` : null),
  load: (id) => INSTEAD[id.slice(1)] ?? null,
}
const INSTEAD = { 'node:child_process': 'export default {}', 'node:process': 'export default process' }
const isReplaced = (id, importer) => id in INSTEAD && /[\\/]commander[\\/]/.test(importer ?? '')

/** One character outside of ASCII makes V8 hold a whole file as characters of two bytes; the launcher takes a byte for each. */
const asciiOnly = {
  name: 'ascii-only',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk') chunk.code = chunk.code.replaceAll(/[^\0-\x7f]/g, escapeUnit)
  },
}
const escapeUnit = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

const licence = readFileSync(new URL('../node_modules/commander/LICENSE', import.meta.url), 'utf8')

// Files stand as deep as their sources: `dist` is reached from everywhere by the same relative URL.
const output = {
  dir: 'dist',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  comments: { annotation: true, jsdoc: false, legal: true },
}

/** A chunk of one file and of all that it imports, unless an earlier chunk has it. */
const chunk = (name, test) => ({ name, test })

export default defineConfig([
  {
    ...input,
    external: (id, importer) => input.external.test(id) && id !== 'commander' && !isReplaced(id, importer),
    input: { 'cli/main': 'src/cli/main.ts' },
    plugins: [lightCommander, asciiOnly],
    preserveEntrySignatures: 'allow-extension',
    output: {
      ...output,
      cleanDir: true,
      format: 'cjs', // scripts, of which the launcher keeps what was compiled
      banner: ({ moduleIds }) =>
        moduleIds.some((id) => /[\\/]commander[\\/]/.test(id))
          ? `'use strict';\n/*! This file contains commander:\n\n${licence}*/`
          : `'use strict';`,
      chunkFileNames: 'cli/[name].js',
      codeSplitting: {
        groups: [
          chunk('main', /cli[\\/]main\.ts$/),
          chunk('replay', /commands[\\/]replay\.ts$/),
          chunk('rules', /cli[\\/]resolve-rules\.ts$/),
        ],
      },
    },
  },
  {
    ...input,
    input: { 'replay/worker': 'src/replay/worker.ts' },
    plugins: [builtinsAsTheyAre, asciiOnly],
    output: { ...output, codeSplitting: false },
  },
  {
    ...input,
    input: { 'cli/serve-worker': 'src/cli/serve-worker.ts' },
    output: { ...output, codeSplitting: false },
  },
  {
    ...input,
    input: { index: 'src/index.ts', testing: 'src/testing.ts', emulator: 'src/emulator.ts' },
    output,
  },
])
