// How `dist` is built for running. A process that opens two hundred small files before its first byte of work waits for them
// longer than for a million IOCs. Four bundles, because they are never loaded together: the command line with a file for each
// command, one file for each kind of worker thread, and the library. Packages stay outside, as they were published.
//
// `tsc` adds the declarations. What it compiles by itself runs as well, from the same places, only more slowly.
import { defineConfig } from 'rolldown'

const input = { platform: 'node', external: /^[^./]/ }

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
    input: { 'cli/main': 'src/cli/main.ts' },
    preserveEntrySignatures: 'allow-extension',
    output: {
      ...output,
      cleanDir: true,
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
