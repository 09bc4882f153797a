// Writes the modules that hold the kernels' bytes: `npm run build:sieve`, `npm run build:ingest`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KERNELS, kernelModule } from '../../test/support/compile-kernel.ts'
import { REPOSITORY_ROOT } from '../../test/support/source-files.ts'

const script = process.env['npm_lifecycle_event']
for (const kernel of KERNELS)
  if (kernel.script === script)
    writeFileSync(join(REPOSITORY_ROOT, kernel.target), await kernelModule(kernel))
