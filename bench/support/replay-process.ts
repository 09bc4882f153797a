// Replays one log on one thread in a process of its own: node replay-process.ts LOG IMAGE HITS KERNEL
import { readFileSync } from 'node:fs'
import { replay } from '../../src/replay/replay.ts'
import { openInMemory } from './open-image.ts'
import { expectCount } from './report.ts'

const [log = '', image = '', hits = '', kernel] = process.argv.slice(2)
const { summary } = await replay([log], openInMemory(readFileSync(image)), {
  semantics: { dedupe: 'off' },
  now: 0n,
  workers: 0,
  kernel: kernel === 'wasm' ? 'wasm' : 'portable',
})
expectCount('replay', summary.detections.total, Number(hits))
