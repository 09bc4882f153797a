// Question: how many cases a second does the comparison of engine and oracle reach on one core?
// We would make its loop plainer if a million cases took ten seconds of processor time.
import { runFuzz } from '../../test/fuzz/run-fuzz.ts'
import { expectCount, printFigure, printHeader } from '../support/report.ts'

const CASES = 1_000_000
const MOST_SECONDS = 10

printHeader('How many cases a second does the comparison of engine and oracle reach on one core?')
const before = process.cpuUsage()
const startedAt = performance.now()
const { cases, hits, difference } = runFuzz({ seed: 1, cases: CASES, isOver: () => false, wrap: null })
const wall = (performance.now() - startedAt) / 1000
const { user, system } = process.cpuUsage(before)
const processor = (user + system) / 1e6
expectCount('differences', difference === null ? 0 : 1, 0)
printFigure('cases, those with matches', `${cases}, ${hits}`)
printFigure('wall clock', `${wall.toFixed(1)} s, ${Math.round(cases / wall)} cases/s`)
printFigure('processor time', `${processor.toFixed(1)} s, ${Math.round(cases / processor)} cases/s`)
expectCount(`runs of ${MOST_SECONDS} s or more of processor time`, processor < MOST_SECONDS ? 0 : 1, 0)
