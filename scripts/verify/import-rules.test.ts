import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkImportRules } from './import-rules.mjs'

/** One wrong import for each rule: the file, what it imports, the rule that must refuse it. */
const WRONG: [file: string, imports: string, rule: string][] = [
  ['lib/domain.ts', '@/lib/ids', 'vocabulary-stands-alone'],
  ['lib/mcp/message.ts', '@/lib/masking/mask', 'lib-order-mcp'],
  ['lib/masking/view.ts', '@/lib/audit/chain', 'lib-order-masking'],
  ['lib/audit/chain.ts', '@/lib/identities/key', 'lib-order-audit'],
  ['lib/identities/key.ts', '@/lib/connections/seal', 'lib-order-identities'],
  ['lib/connections/seal.ts', '@/lib/policies/evaluate', 'lib-order-connections'],
  ['lib/sign-in/provider.ts', '@/lib/policies/evaluate', 'lib-order-sign-in'],
  ['lib/policies/evaluate.ts', '@/lib/approvals/lifecycle', 'lib-order-policies'],
  ['lib/approvals/lifecycle.ts', '@/lib/sessions/idle', 'lib-order-approvals'],
  ['lib/sessions/idle.ts', '@/lib/campaigns/review', 'lib-order-sessions'],
  ['lib/policies/explain.ts', '@/lib/db', 'pure-files-no-database'],
  ['lib/policies/explain-row.ts', './store', 'pure-files-no-database'],
  ['lib/policies/explain-page.ts', 'next/headers', 'pure-files-no-framework'],
  ['lib/mcp/read-disk.ts', 'node:fs', 'pure-files-no-io'],
  ['lib/mcp/fetch.ts', 'http', 'pure-files-no-io'],
  ['lib/mcp/spawn.ts', 'node:child_process', 'pure-files-no-io'],
  ['lib/campaigns/store.ts', './commands', 'stores-know-no-commands'],
  ['lib/campaigns/commands.ts', 'next/cache', 'commands-know-no-framework'],
  ['lib/jobs.ts', '@/gateway/pipeline', 'lib-knows-no-edge'],
  ['gateway/pipeline.ts', '@/components/badge', 'gateway-alone'],
  ['gateway/identify.ts', '@/lib/auth', 'gateway-alone'],
  ['components/badge.tsx', '@/lib/campaigns/store', 'components-show'],
  ['app/page.tsx', '@/gateway/pipeline', 'app-no-gateway'],
  ['cli/main.ts', '@/app/page', 'cli-over-lib'],
  ['app/layout.tsx', '@/generated/prisma/client', 'prisma-only-in-stores'],
  ['gateway/record.ts', '@/lib/db', 'database-only-in-stores-and-commands'],
  ['gateway/deliver.ts', 'pg', 'pg-only-where-prisma-is-too-slow'],
  ['gateway/hold.ts', 'undici', 'undici-only-in-forward'],
  ['gateway/close.ts', 'fast-check', 'no-development-packages'],
  ['gateway/parse.ts', './gone', 'resolvable'],
  ['lib/audit/one.ts', './other', 'no-cycles'],
]

/** What must stay possible, or the rules would be in the way. */
const RIGHT: [file: string, imports: string][] = [
  ['lib/ids.ts', 'node:crypto'],
  ['lib/policies/store.ts', '@/generated/prisma/client'],
  ['lib/policies/commands.ts', '@/lib/db'],
  ['lib/policies/evaluate-all.ts', '@/lib/mcp/read'],
  ['gateway/forward.ts', 'undici'],
  ['gateway/database/link.ts', 'pg'],
  ['app/sign-in/page.tsx', '@/lib/policies/store'],
  ['app/reviews/page.tsx', '@/lib/db'],
]

describe('import rules', () => {
  let root: string
  let violations: { rule: string; from: string }[]

  beforeAll(async () => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'import-rules-')))
    const write = (file: string, text: string) => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
      fs.writeFileSync(path.join(root, file), text)
    }
    for (const target of [
      'lib/db.ts',
      'lib/auth.ts',
      'lib/mcp/read.ts',
      'lib/masking/mask.ts',
      'lib/campaigns/review.ts',
    ]) {
      write(target, 'export {}\n')
    }
    write('generated/prisma/client.ts', 'export {}\n')
    for (const name of ['pg', 'undici', 'next', 'fast-check']) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0' }))
      write(`node_modules/${name}/index.js`, '')
    }
    write('lib/audit/other.ts', `import './one'\n`)
    write('node_modules/next/headers.js', '')
    write('node_modules/next/cache.js', '')
    write(
      'package.json',
      JSON.stringify({
        dependencies: { pg: '1', undici: '1', next: '1' },
        devDependencies: { 'fast-check': '1' },
      }),
    )
    for (const [file, imports] of [...WRONG, ...RIGHT]) {
      // Types count as much as values: a layer that knows another's types knows the layer.
      write(file, `import type { X } from '${imports}'\nimport '${imports}'\nexport type Y = X\n`)
    }
    violations = (await checkImportRules(root, ['app', 'components', 'gateway', 'lib', 'cli'])).violations
  }, 30_000)
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

  it.each(WRONG)('%s may not import %s', (file, _imports, rule) => {
    expect(violations.filter((found) => found.from === file).map((found) => found.rule)).toContain(rule)
  })

  it.each(RIGHT)('%s may import %s', (file) => {
    expect(violations.filter((found) => found.from === file)).toEqual([])
  })
})
