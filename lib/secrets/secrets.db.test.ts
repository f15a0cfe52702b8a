import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { as, auditActions, enterEmptyInstallation, OPERATOR, policyVersion } from '@/e2e/support/control-world'
import { isSealedWith, keyIdOf, openCredential } from '@/lib/connections/seal'
import { credentialValues } from '@/lib/connections/stored-credential'
import { openEnvironment, processValues } from '@/lib/connections/upstream-values'
import { prisma } from '@/lib/db'
import { Conflict, Forbidden, InvalidInput } from '@/lib/errors'
import { rotateSecret } from './commands'
import { PLACES } from './store'

const OLD = 'the secret that was used until now'
const NEW = 'the secret that is used from now on'
const rotation = { to: NEW, from: OLD }

let leave: (() => Promise<void>) | undefined
beforeEach(async () => {
  await leave?.()
  ;({ leave } = await enterEmptyInstallation())
})
afterAll(() => leave?.())

async function connect(slug: string, secret = OLD): Promise<void> {
  const id = `con_${slug}`
  const { credentialParams: _none, ...credential } = credentialValues(() => secret, id, {
    kind: 'header',
    header: 'Authorization',
    value: `Bearer of-${slug}`,
  })
  await prisma().connection.create({
    data: { id, slug, name: slug, upstreamUrl: 'http://127.0.0.1:9/', ...credential },
  })
}

async function run(slug: string): Promise<void> {
  const id = `con_${slug}`
  const env = { KEY: { value: 'k-of-the-process', secret: true } }
  const values = processValues(() => OLD, id, { command: 'node', args: [], cwd: null, env })
  await prisma().connection.create({ data: { id, slug, name: slug, ...values } })
}

const credentialOf = async (slug: string) =>
  (await prisma().connection.findUniqueOrThrow({ where: { slug } })).credentialSealed!
const beGateway = (name: string, keyIds: string[]) =>
  prisma().gatewayReplica.create({ data: { id: name, name, url: 'http://127.0.0.1:2', keyIds } })

describe('a new secret', () => {
  it('seals everything anew: what was readable stays readable, with it alone', async () => {
    for (let i = 0; i < 120; i++) await connect(`c${String(i).padStart(3, '0')}`)
    await run('tool')
    const version = await policyVersion()
    const report = await rotateSecret(OPERATOR, rotation)
    expect(report).toMatchObject({
      resealed: 121,
      already: 0,
      lost: [],
      keyId: keyIdOf(NEW),
      previousKeyId: keyIdOf(OLD),
    })
    expect(openCredential(NEW, 'con_c007', await credentialOf('c007'))).toBe('Bearer of-c007')
    const sealed = await credentialOf('c007')
    expect(() => openCredential(OLD, 'con_c007', sealed)).toThrow()
    const tool = await prisma().connection.findUniqueOrThrow({ where: { slug: 'tool' } })
    expect(openEnvironment({ current: NEW }, tool.id, tool.envSealed)).toMatchObject({
      KEY: { value: 'k-of-the-process' },
    })
    expect(await policyVersion()).toBeGreaterThan(version)
    expect(await auditActions()).toEqual([
      'secret.resealed',
      'secret.resealed',
      'secret.resealed',
      'secret.resealed',
      'secret.rotated',
    ])
    const events = await prisma().auditEvent.findMany({})
    expect(JSON.stringify(events, (_k, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
      /Bearer|k-of-the|the secret that/,
    )
  })

  it('takes up what an earlier run left, and a second time finds nothing to do', async () => {
    for (const slug of ['a', 'b', 'c']) await connect(slug, slug === 'b' ? NEW : OLD)
    expect(await rotateSecret(OPERATOR, rotation)).toMatchObject({ resealed: 2, already: 1 })
    const version = await policyVersion()
    expect(await rotateSecret(OPERATOR, rotation)).toMatchObject({ resealed: 0, already: 3 })
    expect(await policyVersion()).toBe(version)
  })

  it('loses nothing: what opens with neither secret stays as it is, and is named', async () => {
    await connect('ours')
    await connect('theirs', 'a third secret, of somebody else')
    const before = Buffer.from(await credentialOf('theirs'))
    expect(await rotateSecret(OPERATOR, rotation)).toMatchObject({ resealed: 1, lost: ['the credential of theirs'] })
    expect(Buffer.from(await credentialOf('theirs')).equals(before)).toBe(true)
  })

  it('waits for gateways that do not have it yet', async () => {
    await connect('crm')
    await beGateway('ready', [keyIdOf(NEW), keyIdOf(OLD)])
    await beGateway('behind', [keyIdOf(OLD)])
    await expect(rotateSecret(OPERATOR, rotation)).rejects.toThrow(Conflict)
    expect(isSealedWith(OLD, await credentialOf('crm'))).toBe(true)
    expect(await rotateSecret(OPERATOR, { ...rotation, dryRun: true })).toMatchObject({ resealed: 1 })
    expect(isSealedWith(OLD, await credentialOf('crm'))).toBe(true)
    await prisma().gatewayReplica.update({ where: { id: 'behind' }, data: { stoppedAt: new Date() } })
    expect(await rotateSecret(OPERATOR, rotation)).toMatchObject({ resealed: 1 })
  })

  it('is an administrator’s to set, and another one than the old', async () => {
    const engineer = as({ id: 'idn_e', name: 'e@acme.test' }, 'engineer', 'auditor')
    await expect(rotateSecret(engineer, rotation)).rejects.toThrow(Forbidden)
    await expect(rotateSecret(OPERATOR, { to: NEW, from: NEW })).rejects.toThrow(Conflict)
    await expect(rotateSecret(OPERATOR, { to: 'short', from: OLD })).rejects.toThrow(InvalidInput)
  })

  it('forgets no column of the schema', async () => {
    const columns = await prisma().$queryRaw<{ place: string }[]>`
      SELECT table_name || '.' || column_name AS "place" FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name ~ 'Sealed$' ORDER BY 1`
    expect(PLACES.map(({ table, column }) => `${table}.${column}`).sort()).toEqual(columns.map(({ place }) => place))
  })
})
