import type { SectionProofs } from '../../src/engine/section-proofs.ts'

/** Proofs with one answer to everything, that keep what they were asked, and of how many items. */
export function proofsThatSay(answer: boolean, asked: string[] = []): SectionProofs {
  const say = (question: string): boolean => {
    asked.push(question)
    return answer
  }
  return {
    checksumOf: (words) => ({ low: say(`checksumOf ${words.length}`) ? 1 : 0, high: 0 }),
    isKeySet: (_, keys) => say(`isKeySet ${keys.length}`),
    doAscend: (numbers) => say(`doAscend ${numbers.length}`),
    lengthsOf: ({ count }) => (say(`lengthsOf ${count}`) ? 1 : 0),
    arePrintable: (bytes) => say(`arePrintable ${bytes.length}`),
    areTextsInBuckets: (_, texts) => say(`areTextsInBuckets ${texts.count}`),
    isTrie: (nodes) => say(`isTrie ${nodes.label.length}`),
    areLinks: (nodes) => say(`areLinks ${nodes.fail.length}`),
    arePostings: ({ posting }) => say(`arePostings ${posting.length}`),
  }
}
