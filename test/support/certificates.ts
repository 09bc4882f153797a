import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A server's key and certificate in PEM. */
interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Certificates of an authority that exists for one test run. */
export interface Certificates {
  readonly authority: string
  readonly good: Certificate
  readonly expired: Certificate
  readonly wrongHost: Certificate
  readonly selfSigned: Certificate
}

const OWN_HOSTS = 'DNS:localhost,IP:127.0.0.1'

/** Makes certificates with the `openssl` of this machine, or gives null where there is none. */
export function makeCertificates(): Certificates | null {
  const folder = mkdtempSync(join(tmpdir(), 'dryfire-tls-'))
  try {
    const make = new Maker(folder)
    if (!make.isAvailable()) return null
    const authority = make.selfSigned('authority', null)
    return {
      authority: authority.cert,
      good: make.issued('good', OWN_HOSTS, 2),
      expired: make.issued('expired', OWN_HOSTS, -1),
      wrongHost: make.issued('wrong-host', 'DNS:other.example', 2),
      selfSigned: make.selfSigned('self-signed', OWN_HOSTS),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class Maker {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  isAvailable(): boolean {
    try {
      this.#run('version')
      return true
    } catch {
      return false
    }
  }

  selfSigned(name: string, hosts: string | null): Certificate {
    const extension = hosts === null ? [] : ['-addext', `subjectAltName=${hosts}`]
    const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`]
    this.#run(
      'req',
      '-x509',
      ...KEY,
      ...files,
      '-subj',
      `/CN=dryfire test ${name}`,
      '-days',
      '2',
      ...extension,
    )
    return this.#read(name)
  }

  issued(name: string, hosts: string, days: number): Certificate {
    writeFileSync(join(this.#folder, `${name}.ext`), `subjectAltName=${hosts}\n`)
    this.#run(
      'req',
      ...KEY,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=dryfire test ${name}`,
    )
    const signer = ['-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial']
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`]
    this.#run('x509', '-req', ...files, ...signer, '-days', String(days))
    return this.#read(name)
  }

  #read(name: string): Certificate {
    const read = (ending: string): string => readFileSync(join(this.#folder, `${name}.${ending}`), 'utf8')
    return { key: read('key'), cert: read('crt') }
  }

  #run(...words: readonly string[]): void {
    execFileSync(OPENSSL, words, { cwd: this.#folder, stdio: 'pipe', timeout: 20_000 })
  }
}

const OPENSSL = 'openssl'
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
