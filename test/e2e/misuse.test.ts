import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodePlan, encodePlan, planDigest } from '../../src/sync/plan/plan-file.ts'
import type { Plan } from '../../src/sync/plan.ts'
import { type Rehearsal, startRehearsal } from '../support/rehearsal.ts'
import type { CliResult } from '../support/run-cli.ts'

interface Script {
  readonly name: string
  readonly code: number
  readonly says: RegExp
  readonly run: (desk: Desk) => Promise<CliResult>
  /** What the script itself changes, as an administrator of the tenant would. */
  readonly changes?: string
}

/** What a script works with: the tenant, and a folder of rules that would change it. */
interface Desk {
  readonly rehearsal: Rehearsal
  /** Writes a rule file of one definition with these domain names. */
  readonly rules: (name: string, domains: readonly string[]) => string
  readonly plan: (words?: readonly string[]) => Promise<string>
  readonly run: (...words: readonly string[]) => Promise<CliResult>
}

const SCRIPTS: readonly Script[] = [
  {
    name: 'an apply without a plan',
    code: 2,
    says: /no plan given/,
    run: ({ run }) => run('apply'),
  },
  {
    name: 'an apply of a file that is not there',
    code: 2,
    says: /nowhere\.json/,
    run: ({ run }) => run('apply', 'nowhere.json'),
  },
  {
    name: 'an apply of a rule file',
    code: 2,
    says: /is no plan/,
    run: async ({ rules, run }) => run('apply', rules('plain', ['a.example'])),
  },
  {
    name: 'an apply of a plan that expired',
    code: 6,
    says: /PLAN020 the plan expired/,
    run: async ({ plan, run }) => {
      const path = await plan(['--expires-in', '1s'])
      await new Promise((resolve) => setTimeout(resolve, 1100))
      return run('apply', path)
    },
  },
  {
    name: 'an apply to another tenant',
    code: 6,
    says: /PLAN021 the plan is for tenant/,
    run: async ({ plan, rehearsal }) =>
      rehearsal.run(['apply', await plan()], { DRYFIRE_TENANT_ID: '99999999-1111-4111-8111-111111111111' }),
  },
  {
    name: 'an apply to another service',
    code: 6,
    says: /PLAN021/,
    run: async ({ plan, rehearsal }) =>
      rehearsal.run(['apply', await plan()], { DRYFIRE_API_URL: 'http://127.0.0.1:9/v1.0' }),
  },
  {
    name: 'an apply of a plan of another version',
    code: 6,
    says: /PLAN022/,
    run: async ({ plan, run }) =>
      run(
        'apply',
        rewrite(await plan(), (read) => ({ ...read, basis: { ...read.basis, toolVersion: '9.9.9' } })),
      ),
  },
  {
    name: 'an apply after a rule file changed',
    code: 6,
    says: /PLAN023 the rules changed/,
    run: async ({ plan, rules, run }) => {
      const path = await plan()
      rules('wanted', ['wanted.example', 'later.example'])
      return run('apply', path)
    },
  },
  {
    name: 'an apply after a rule file was added',
    code: 6,
    says: /is new/,
    run: async ({ plan, rules, run }) => {
      const path = await plan()
      rules('another', ['another.example'])
      return run('apply', path)
    },
  },
  {
    name: 'an apply after somebody else changed an owned definition',
    code: 6,
    says: /PLAN024 the tenant changed/,
    changes: 'AlertDefinitions(1)',
    run: async ({ plan, run, rehearsal }) => {
      const path = await plan()
      await rehearsal.send('PATCH', 'AlertDefinitions(1)', { Title: 'Changed meanwhile' })
      return run('apply', path)
    },
  },
  {
    name: 'an apply of a plan in which one value was edited',
    code: 6,
    says: /PLAN032 the plan was changed/,
    run: async ({ plan, run, rehearsal }) => {
      const path = join(rehearsal.folder, await plan())
      writeFileSync(path, readFileSync(path, 'utf8').replace('wanted.example', 'edited.example'))
      return run('apply', path)
    },
  },
  {
    name: 'an apply of a plan to which a blank was added',
    code: 6,
    says: /PLAN032/,
    run: async ({ plan, run, rehearsal }) => {
      const path = join(rehearsal.folder, await plan())
      appendFileSync(path, ' ')
      return run('apply', path)
    },
  },
  {
    name: 'a plan of a folder without rules',
    code: 3,
    says: /empty/,
    run: async ({ rehearsal, run }) => {
      mkdirSync(join(rehearsal.folder, 'empty'), { recursive: true })
      return run('plan', '-r', 'empty', '-o', 'plan.json')
    },
  },
  {
    name: 'a plan of rules without a definition',
    code: 3,
    says: /none\.rules\.yaml:1:19 RULE016/,
    run: async ({ rehearsal, run }) => {
      writeFileSync(join(rehearsal.folder, 'none.rules.yaml'), 'alertDefinitions: []\n')
      return run('plan', '-r', 'none.rules.yaml', '-o', 'plan.json')
    },
  },
  {
    name: 'a plan of a mistyped path',
    code: 3,
    says: /ruels/,
    run: ({ run }) => run('plan', '-r', 'ruels', '-o', 'plan.json'),
  },
  {
    name: 'a plan of rules with a mistake',
    code: 3,
    says: /:\d+:\d+ IOC/,
    run: async ({ rules, run }) => run('plan', '-r', rules('bad', ['not a name']), '-o', 'plan.json'),
  },
  {
    name: 'a plan with --prune where nothing is owned',
    code: 2,
    says: /owned/,
    run: async ({ rules, run }) => run('plan', '-r', rules('wanted', ['wanted.example']), '--prune'),
  },
  {
    name: 'a definition delete without a word about it',
    code: 6,
    says: /PLAN010 .*--allow-delete 21/s,
    run: async ({ run, rehearsal, rules }) => {
      own(rehearsal, ['held', 'wanted'])
      await run('plan', '-r', rules('wanted', ['wanted.example']), '--prune', '-o', 'prune.json')
      return run('apply', 'prune.json')
    },
  },
  {
    name: 'a definition delete with the wrong number',
    code: 6,
    says: /PLAN011 .*names 20/s,
    run: async ({ run, rehearsal, rules }) => {
      own(rehearsal, ['held', 'wanted'])
      await run('plan', '-r', rules('wanted', ['wanted.example']), '--prune', '-o', 'prune.json')
      return run('apply', 'prune.json', '--allow-delete', '20')
    },
  },
  {
    name: 'more deletes of IOCs than a tenth',
    code: 6,
    says: /PLAN010/,
    run: async ({ run, rehearsal, rules }) => {
      own(rehearsal, ['held'])
      await run('plan', '-r', rules('held', ['kept.example']), '--prune', '-o', 'prune.json')
      return run('apply', 'prune.json')
    },
  },
  {
    name: 'a plan that takes over a definition of others',
    code: 6,
    says: /--adopt/,
    run: async ({ run, rules }) => run('plan', '-r', rules('held', ['mine.example']), '-o', 'plan.json'),
  },
  {
    name: 'a plan without a secret',
    code: 2,
    says: /DRYFIRE_CLIENT_SECRET/,
    run: ({ rehearsal, rules }) =>
      rehearsal.run(['plan', '-r', rules('wanted', ['wanted.example'])], { DRYFIRE_CLIENT_SECRET: '' }),
  },
  {
    name: 'an apply with a wrong secret',
    code: 5,
    says: /secret|AADSTS/i,
    run: async ({ rehearsal, plan }) =>
      rehearsal.run(['apply', await plan()], { DRYFIRE_CLIENT_SECRET: 'wrong-secret-canary' }),
  },
  {
    name: 'an apply over plain HTTP to another machine',
    code: 2,
    says: /https/,
    run: async ({ rehearsal, plan }) =>
      rehearsal.run(['apply', await plan()], { DRYFIRE_API_URL: 'http://api.example/v1.0' }),
  },
  {
    name: 'a plan beyond a quota',
    code: 6,
    says: /quota/i,
    run: async ({ rehearsal, rules, run }) => {
      writeFileSync(join(rehearsal.folder, 'dryfire.config.yaml'), 'quotas:\n  indicators: 20\n')
      return run('plan', '-r', rules('wanted', ['wanted.example']), '-o', 'plan.json')
    },
  },
  {
    name: 'a resume where nothing was begun',
    code: 2,
    says: /no interrupted apply/,
    run: ({ run }) => run('apply', '--resume'),
  },
]

let rehearsal: Rehearsal
beforeAll(async () => {
  rehearsal = await startRehearsal()
  await rehearsal.send('POST', 'AlertDefinitions', {
    Name: 'held',
    Title: 'Held by others',
    Severity: 'Low',
    Category: 'General',
    UxDescription: 'A definition of somebody else.',
    Enabled: true,
  })
  await rehearsal.send('POST', 'IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: Array.from({ length: 20 }, (_, i) => ({
      Type: 'DomainName',
      Value: `held-${i}.example`,
      'AlertDefinition@odata.bind': 'AlertDefinitions(1)',
    })),
  })
})
afterAll(() => rehearsal.stop())

test('there are at least 20 misuse scripts', () => {
  expect(SCRIPTS.length).toBeGreaterThanOrEqual(20)
})

test.each(SCRIPTS)('$name writes nothing and ends with $code', async ({ code, says, run, changes }) => {
  const desk = setUp()
  const held = await writesOf(async () => {
    const result = await run(desk)
    expect({ code: result.code, stderr: result.stderr }).toEqual({
      code,
      stderr: expect.stringMatching(says),
    })
    expect(result.stderr).not.toContain('    at ')
  })

  expect(held).toEqual(changes === undefined ? [] : [changes])
})

/** The rules folder, the configuration and the plans of one script; the tenant is the same for all. */
function setUp(): Desk {
  const { folder } = rehearsal
  for (const name of ['rules', 'dryfire.config.yaml', 'plan.json', 'prune.json'])
    rmSync(join(folder, name), { recursive: true, force: true })
  mkdirSync(join(folder, 'rules'))
  const rules: Desk['rules'] = (name, domains) => {
    const path = join('rules', `${name}.rules.yaml`)
    const iocs = domains
      .map((domain) => `      - { Type: DomainName, Value: ${JSON.stringify(domain)} }\n`)
      .join('')
    writeFileSync(
      join(folder, path),
      `alertDefinitions:\n  - Name: ${name}\n    Title: Wanted\n    Severity: Low\n    Category: General\n` +
        `    UxDescription: Seen.\n    iocs:\n${iocs}`,
    )
    return path
  }
  return {
    rehearsal,
    rules,
    plan: async (words = []) => {
      own(rehearsal, ['held', 'wanted'])
      rules('wanted', ['wanted.example'])
      const { code, stderr } = await rehearsal.run(['plan', '-r', 'rules', '-o', 'plan.json', ...words])
      expect({ code, stderr }).toMatchObject({ code: 0 })
      return 'plan.json'
    },
    run: (...words) => rehearsal.run(words),
  }
}

function own({ folder }: Rehearsal, names: readonly string[]): void {
  writeFileSync(join(folder, 'dryfire.config.yaml'), `owned:\n  names: [${names.join(', ')}]\n`)
}

/** A plan file with other contents and a digest that fits them. */
function rewrite(path: string, change: (plan: Plan) => Plan): string {
  const full = join(rehearsal.folder, path)
  const { digest: _, ...content } = change(decodePlan(readFileSync(full)))
  writeFileSync(full, encodePlan({ ...content, digest: planDigest(content) }))
  return path
}

/** What the client wrote meanwhile: the emulator's audit shows what a script itself did as an administrator. */
async function writesOf(act: () => Promise<void>): Promise<readonly string[]> {
  const before = await entities()
  await act()
  const after = await entities()
  const changed = [...after].filter(([key, text]) => before.get(key) !== text).map(([key]) => key)
  const gone = [...before.keys()].filter((key) => !after.has(key))
  return [...changed, ...gone]
}

async function entities(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const set of ['AlertDefinitions', 'IndicatorsOfCompromise']) {
    const reply = await rehearsal.send('GET', `${set}?$orderby=Id`)
    const list: unknown = typeof reply === 'object' && reply !== null ? Reflect.get(reply, 'value') : []
    if (!Array.isArray(list)) throw new Error(`no list of ${set}`)
    for (const item of list as readonly { readonly Id: number }[])
      found.set(`${set}(${item.Id})`, JSON.stringify(item))
  }
  return found
}

test('the recorder sees a write when there is one', async () => {
  const seen = await writesOf(async () => {
    await rehearsal.send('PATCH', 'IndicatorsOfCompromise(1)', { Enabled: false })
  })

  expect(seen).toEqual(['IndicatorsOfCompromise(1)'])
})
