import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import {
  as,
  auditActions,
  enterEmptyInstallation,
  OPERATOR,
  policyVersion,
  tablesContaining,
} from '@/e2e/support/control-world'
import { db, prisma } from '@/lib/db'
import { Forbidden, InvalidInput } from '@/lib/errors'
import { disableIdentity } from '@/lib/identities/commands'
import { getActor, getIdentityByName } from '@/lib/identities/store'
import { tryAccess } from '@/lib/policies/access-store'
import { addGrant } from '@/lib/policies/commands'
import { listGrants } from '@/lib/policies/grant-store'
import { applyAccess } from './commands'

const SECRET = 'Bearer canary-of-the-file'
const YAML = `
connections:
  - slug: crm
    name: Customer CRM
    upstream: { url: http://127.0.0.1:9/mcp }
    credential: { header: Authorization, value: ${SECRET} }
    owner: dana@acme.test
    risk: high
identities:
  - { name: dana@acme.test, kind: human, manager: ceo@acme.test, roles: [reviewer] }
  - { name: vendor-bot, kind: service, owner: dana@acme.test, endsAt: 2036-12-31 }
  - { name: ceo@acme.test, kind: human, roles: [admin] }
groups:
  - { name: data-eng, members: [dana@acme.test, vendor-bot] }
grants:
  - { subject: vendor-bot, connection: crm, tools: ["*"], until: 2036-12-31, reason: migration project }
  - { subject: "group:data-eng", connection: crm, tools: ["get_*", search] }
rules:
  - { name: customer data, effect: mask, connections: [crm], types: [EMAIL, PHONE] }
`
let leave: (() => Promise<void>) | undefined

beforeEach(async () => {
  await leave?.()
  ;({ leave } = await enterEmptyInstallation())
})
afterAll(() => leave?.())

const apply = async (text: string, options: { dryRun?: boolean; prune?: boolean } = {}) =>
  (await applyAccess(OPERATOR, { text, ...options }, {})).result
const idOf = async (name: string) => (await getIdentityByName(db(), name))!.id
const crm = () => prisma().connection.findUniqueOrThrow({ where: { slug: 'crm' } })
const mayUse = async (name: string, tool: string) =>
  (await tryAccess(db(), OPERATOR, { identityId: await idOf(name), connectionId: (await crm()).id, tool })).decision
    .effect

async function exclude(name: string, except: string[] = []) {
  const [identityId, connectionId] = [await idOf(name), (await crm()).id]
  const dana = await idOf('dana@acme.test')
  const at = new Date()
  await prisma().campaign.create({
    data: {
      id: 'cmp_q4',
      name: 'Q4',
      scope: {},
      fallbackId: await idOf('ceo@acme.test'),
      createdBy: 'user:x',
      dueAt: at,
    },
  })
  const verdict = except.length > 0 ? ('reduce' as const) : ('revoke' as const)
  const reviewerId = await idOf('ceo@acme.test')
  await prisma().campaignItem.create({
    data: {
      id: 'itm_vendor',
      campaignId: 'cmp_q4',
      identityId,
      connectionId,
      reviewerId,
      snapshot: {},
      verdict,
      keepTools: except,
      decidedAt: at,
      decidedById: reviewerId,
    },
  })
  expect(dana).not.toBe(reviewerId)
  await prisma().exclusion.create({
    data: {
      id: 'exc_vendor',
      identityId,
      connectionId,
      except,
      reason: 'contract ended',
      createdBy: 'user:ceo@acme.test',
      campaignItemId: 'itm_vendor',
    },
  })
}

describe('applying access.yaml', () => {
  it('makes what it says, in any order of the file, with the credential sealed', async () => {
    const report = await apply(YAML)
    expect(report.counts).toMatchObject({ create: 8, refused: 0 })
    expect(await mayUse('vendor-bot', 'anything')).toBe('allow')
    expect(await mayUse('dana@acme.test', 'get_customer')).toBe('allow')
    expect(await mayUse('dana@acme.test', 'delete_customer')).toBe('deny')
    expect(await getActor(db(), await idOf('ceo@acme.test'))).toMatchObject({ roles: ['admin'] })
    expect(await tablesContaining('canary-of-the-file')).toEqual([])
    expect(JSON.stringify(report)).not.toContain('canary-of-the-file')
    // Nothing listens there: the connection exists all the same, and the reader is told.
    expect(report.warnings).toEqual([expect.stringContaining('crm: Nothing listens')])
  })

  it('a second time changes nothing: no new policy version, no audit event', async () => {
    await apply(YAML)
    const [version, audited] = [await policyVersion(), await auditActions()]
    const again = await apply(YAML)
    expect(again.counts).toEqual({ create: 0, update: 0, unchanged: 8, prune: 0, refused: 0 })
    expect([await policyVersion(), await auditActions()]).toEqual([version, audited])
  })

  it('twice at the same moment makes everything once', async () => {
    const [one, other] = await Promise.all([apply(YAML), apply(YAML)])
    expect([one.counts.create, other.counts.create].sort()).toEqual([0, 8])
  })

  it('with a single mistake applies nothing, and says all of them', async () => {
    const broken = YAML.replace('owner: dana@acme.test\n', 'owner: nobody@acme.test\n').replace(
      '[EMAIL, PHONE]',
      '[EMAIL, NAME]',
    )
    const refusal = await apply(broken).catch((error: unknown) => error as InvalidInput)
    expect(refusal).toBeInstanceOf(InvalidInput)
    expect((refusal as InvalidInput).problems.map(({ line }) => line)).toEqual([7, 19])
    expect(await prisma().identity.count()).toBe(0)
    expect(await auditActions()).toEqual([])
  })

  it('as a dry run shows the same plan and changes nothing', async () => {
    const [version, dry] = [await policyVersion(), await apply(YAML, { dryRun: true })]
    expect(dry.counts.create).toBe(8)
    expect(await prisma().identity.count()).toBe(0)
    expect(await policyVersion()).toBe(version)
    expect((await apply(YAML)).steps).toEqual(dry.steps)
  })

  it('is for administrators', async () => {
    await expect(
      applyAccess({ id: 'x', label: 'user:x', roles: ['engineer', 'reviewer'] }, { text: YAML }, {}),
    ).rejects.toThrow(Forbidden)
  })

  it('lets nobody raise themself through the file', async () => {
    await apply(YAML)
    const ceo = as({ id: await idOf('ceo@acme.test'), name: 'ceo@acme.test' }, 'admin')
    const text = YAML.replace('roles: [admin]', 'roles: [admin, auditor]')
    await expect(applyAccess(ceo, { text }, {})).rejects.toThrow(InvalidInput)
  })

  it('narrows the grant it once made when the file names fewer tools', async () => {
    await apply(YAML)
    const report = await apply(YAML.replace('tools: ["*"], until', 'tools: [search], until'))
    expect(report.steps.filter(({ action }) => action !== 'unchanged')).toMatchObject([
      { action: 'update', kind: 'grant', changes: ['tools'] },
    ])
    expect(await mayUse('vendor-bot', 'delete_customer')).toBe('deny')
  })

  it('says what a server may not ask, leaves it alone where the file is silent, and takes it back with an empty list', async () => {
    const refusing = (refuse: string) => apply(YAML.replace('    risk: high', `    risk: high\n    refuse: ${refuse}`))
    await refusing('[roots, sampling]')
    expect((await crm()).refuse).toEqual(['sampling', 'roots'])
    expect((await refusing('[sampling, roots]')).counts).toMatchObject({ update: 0 })
    await apply(YAML)
    expect((await crm()).refuse).toEqual(['sampling', 'roots'])
    await refusing('[]')
    expect((await crm()).refuse).toEqual([])
    await expect(refusing('[mail]')).rejects.toThrow(InvalidInput)
  })

  it('never sends a sealed credential to another server', async () => {
    await apply(YAML)
    const moved = YAML.replace('127.0.0.1:9/', 'elsewhere.test/').replace(/ {4}credential.*\n/, '')
    await expect(apply(moved)).rejects.toThrow(InvalidInput)
  })

  it('names processes, and hands an environment to no other command', async () => {
    const run = (upstream: string) => `connections:\n  - { slug: tool, upstream: ${upstream} }`
    const first = await apply(run('{ command: node, args: [--version], env: { API_KEY: canary-of-the-process } }'))
    expect(first.counts).toMatchObject({ create: 1 })
    expect(first.warnings).toEqual([expect.stringContaining('tool: Its process ended with status 0.')])
    expect(await tablesContaining('canary-of-the-process')).toEqual([])
    const row = await prisma().connection.findUniqueOrThrow({ where: { slug: 'tool' } })
    expect(row).toMatchObject({ transport: 'stdio', upstreamUrl: null, command: 'node', envNames: ['API_KEY'] })
    const same = run('{ command: node, args: [--version], env: { API_KEY: canary-of-the-process } }')
    expect((await apply(same)).counts).toMatchObject({ unchanged: 1 })
    expect((await apply(run('{ command: node, args: [--version] }'))).counts).toMatchObject({ unchanged: 1 })
    await expect(apply(run('{ command: env }'))).rejects.toThrow(InvalidInput)
    const other = await apply(run('{ command: node, args: [--version], env: { API_KEY: another } }'), { dryRun: true })
    expect(other.steps).toMatchObject([{ action: 'update', changes: ['env'] }])
    const moved = await apply(run('{ url: http://127.0.0.1:9/mcp }'))
    expect(moved.steps).toMatchObject([{ action: 'update', changes: ['upstream'] }])
    expect(await prisma().connection.findUniqueOrThrow({ where: { slug: 'tool' } })).toMatchObject({
      transport: 'http',
      command: null,
      envNames: [],
      envSealed: null,
    })
  })

  it('leaves disabled whom a person disabled', async () => {
    await apply(YAML)
    await disableIdentity(OPERATOR, { identityId: await idOf('vendor-bot') })
    const report = await apply(YAML)
    expect(report.counts.unchanged).toBe(8)
    expect(await mayUse('vendor-bot', 'search')).toBe('deny')
  })
})

describe('what a review took away', () => {
  it('does not come back by applying the old file: it is refused with its item, and the rest is applied', async () => {
    await apply(YAML)
    await exclude('vendor-bot')
    const direct = (await listGrants(db(), OPERATOR)).find(({ subject }) => subject.name === 'vendor-bot')!
    await prisma().grant.update({
      where: { id: direct.id },
      data: { revokedAt: new Date(), revokedBy: 'user:ceo@acme.test' },
    })

    const again = await apply(`${YAML}  - { name: more, effect: mask, types: [IBAN] }\n`)
    expect(again.counts).toMatchObject({ create: 1, refused: 1 })
    const refused = again.steps.find(({ action }) => action === 'refused')
    expect(refused).toMatchObject({
      kind: 'grant',
      line: 16,
      campaignItemId: 'itm_vendor',
      note: expect.stringContaining('itm_vendor'),
    })
    expect(await mayUse('vendor-bot', 'search')).toBe('deny')
    expect(await listGrants(db(), OPERATOR, { identityId: await idOf('vendor-bot') })).toEqual([])
    expect(await prisma().exclusion.count({ where: { liftedAt: null } })).toBe(1)
    expect((await auditActions()).filter((action) => action === 'grant.refused')).toHaveLength(1)
  })

  it('is reported also while the grant’s row still stands, and for what a reduce cut', async () => {
    await apply(YAML)
    await exclude('vendor-bot', ['search'])
    expect((await apply(YAML)).counts).toMatchObject({ refused: 1, update: 0, create: 0 })
    expect([await mayUse('vendor-bot', 'search'), await mayUse('vendor-bot', 'export')]).toEqual(['allow', 'deny'])
    const kept = await apply(YAML.replace('tools: ["*"], until', 'tools: [search], until'))
    expect(kept.counts.refused).toBe(0)
  })

  it('does not come back through a group, and the plan says so', async () => {
    await apply(YAML)
    await exclude('vendor-bot')
    const group = (await apply(YAML)).steps.find(({ name }) => name.startsWith('group:data-eng'))
    expect(group).toMatchObject({ action: 'unchanged', note: expect.stringContaining('vendor-bot (itm_vendor)') })
    expect(await mayUse('vendor-bot', 'get_customer')).toBe('deny')
    expect(await mayUse('dana@acme.test', 'get_customer')).toBe('allow')
  })

  it('does not come back by pruning and applying again', async () => {
    await apply(YAML)
    await exclude('vendor-bot')
    await apply('grants: []', { prune: true })
    await apply(YAML)
    expect(await mayUse('vendor-bot', 'search')).toBe('deny')
  })
})

describe('pruning', () => {
  const LESS = YAML.replace(/ {2}- \{ name: vendor-bot.*\n/, '')
    .replace(', vendor-bot]', ']')
    .replace(/ {2}- \{ subject: vendor-bot.*\n/, '')
    .replace(/rules:[\s\S]*/, '')

  it('takes away only what apply made and the file no longer names', async () => {
    await apply(YAML)
    const byHand = (
      await addGrant(OPERATOR, {
        identityId: await idOf('vendor-bot'),
        connectionId: (await crm()).id,
        tools: ['search'],
      })
    ).result
    const kept = await apply(LESS)
    expect(kept.counts.prune).toBe(0)
    expect(await mayUse('vendor-bot', 'export')).toBe('allow')

    const pruned = await apply(LESS, { prune: true })
    expect(
      pruned.steps
        .filter(({ action }) => action === 'prune')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['grant', 'identity', 'rule'])
    expect((await listGrants(db(), OPERATOR)).map(({ id }) => id)).toContain(byHand.id)
    expect((await getIdentityByName(db(), 'vendor-bot'))?.disabledAt).not.toBeNull()
    expect((await apply(LESS, { prune: true })).counts).toMatchObject({ prune: 0, update: 0 })
  })

  it('is undone by naming things again', async () => {
    await apply(YAML)
    await apply('grants: []', { prune: true }).then(({ counts }) => expect(counts.prune).toBe(8))
    expect((await crm()).archivedAt).not.toBeNull()
    const back = await apply(YAML)
    expect(back.counts).toMatchObject({ unchanged: 0, refused: 0 })
    expect(await mayUse('vendor-bot', 'search')).toBe('allow')
    expect((await apply(YAML)).counts.unchanged).toBe(8)
  })
})
