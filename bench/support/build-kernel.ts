// Writes the module that holds the kernel's bytes: `npm run build:sieve`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kernelModule } from '../../test/support/compile-kernel.ts'
import { REPOSITORY_ROOT } from '../../test/support/source-files.ts'

writeFileSync(join(REPOSITORY_ROOT, 'src/engine/sieve/kernel-bytes.ts'), await kernelModule())
