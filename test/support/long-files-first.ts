import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Begins with the files that start processes, goes on with the laws and ends with the short ones, whatever their size in
 * bytes: a long file that starts last would keep one worker busy while the other has nothing left to do.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}

function rank({ project, moduleId }: TestSpecification): number {
  if (project.config.isolate) return 0
  return moduleId.includes('/test/property/') ? 1 : 2
}
