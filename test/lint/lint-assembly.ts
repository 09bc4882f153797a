import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { KERNELS } from '../support/compile-kernel.ts'
import { lintAssembly } from '../support/lint-assembly.ts'
import { REPOSITORY_ROOT } from '../support/source-files.ts'

// `npm run check:lint` runs this for the folders that the linter cannot read as they stand.
const files = KERNELS.flatMap(({ folder }) =>
  readdirSync(join(REPOSITORY_ROOT, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .map((name) => ({ name, text: readFileSync(join(REPOSITORY_ROOT, name), 'utf8') })),
)
const { isClean, output } = await lintAssembly(files)
process.stdout.write(output)
process.exitCode = isClean ? 0 : 1
