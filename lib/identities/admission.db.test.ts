import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import type { PrismaClient } from '@/generated/prisma/client'
import { usePrisma as choosePrisma, connectPrisma } from '@/lib/db'
import { SIGNATURE_ALGORITHMS } from '@/lib/domain'
import { type AdmissionOutcome, admitToken } from './admission-commands'
import type { BearerClaims } from './bearer-claims'
import type { Issuer } from './issuer'

/** With the gateway's role, against the function that is all it has. */

const GATEWAY = { actor: 'gateway:here', auditChain: 'gateway:here:1:identities' } as const
let database: TestDatabase
let restricted: PrismaClient
let owner: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  restricted = connectPrisma(database.gatewayUrl, 4)
  choosePrisma(restricted)
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
})
afterAll(async () => {
  await restricted.$disconnect()
  await owner.end()
  await database.drop()
})
beforeEach(async () => {
  for (const table of ['GroupMember', 'Group', 'IdentityBinding', 'Issuer']) await owner.query(`DELETE FROM "${table}"`)
  await owner.query(`DELETE FROM "PastOwner"; DELETE FROM "Identity"`)
})

async function issuer(url: string, changes: Partial<Issuer> = {}): Promise<Issuer> {
  const made: Issuer = {
    id: url,
    issuer: url,
    audience: null,
    identityClaim: 'sub',
    groupsClaim: 'groups',
    groupGlobs: ['*'],
    emailDomains: ['acme.test'],
    kind: 'human',
    requiredClaims: {},
    requiredScope: null,
    jwksUri: null,
    algorithms: [...SIGNATURE_ALGORITHMS],
    acceptsIdTokens: false,
    ...changes,
  }
  await owner.query(
    `INSERT INTO "Issuer" ("id", "issuer", "groupsClaim", "groupGlobs", "emailDomains", "kind", "algorithms", "createdBy")
     VALUES ($1, $2, $3, $4, $5, $6::"IdentityKind", $7, 'test')`,
    [made.id, url, made.groupsClaim, made.groupGlobs, made.emailDomains, made.kind, made.algorithms],
  )
  return made
}

async function person(name: string, changes: { kind?: string; disabled?: boolean } = {}): Promise<string> {
  const id = `idn_${name}`
  await owner.query(
    `INSERT INTO "Identity" ("id", "name", "displayName", "kind", "disabledAt") VALUES ($1, $2, $2, $3::"IdentityKind", $4)`,
    [id, name, changes.kind ?? 'human', changes.disabled ? new Date() : null],
  )
  return id
}

const bearer = (from: Issuer, subject: string, changes: Partial<BearerClaims> = {}): BearerClaims => ({
  issuer: from.issuer,
  subject,
  kind: from.kind,
  verifiedEmail: null,
  displayName: null,
  groups: null,
  audiences: [],
  scopes: [],
  issuedAt: new Date('2026-11-27T12:00:00Z'),
  endsAt: new Date('2036-01-01'),
  ...changes,
})

const admitted = async (from: Issuer, subject: string, changes: Partial<BearerClaims> = {}): Promise<string> => {
  const outcome = await admitToken(GATEWAY, bearer(from, subject, changes), from)
  if (outcome.refused !== null) throw new Error(outcome.refused)
  return outcome.identityId
}
const refusal = (outcome: AdmissionOutcome) => outcome.refused

const rows = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
  (await owner.query<Row>(text, values)).rows
const groupsOf = async (id: string) =>
  (
    await rows<{ name: string; source: string }>(
      `SELECT g."name", m."source" FROM "GroupMember" m JOIN "Group" g ON g."id" = m."groupId"
       WHERE m."identityId" = $1 ORDER BY 1, 2`,
      [id],
    )
  ).map(({ name, source }) => `${name} by ${source}`)
const version = async () => (await rows<{ version: string }>(`SELECT "version" FROM "PolicyVersion"`))[0]!.version

describe('a token whose subject is new', () => {
  it('is a new person without anything, when nobody has its address', async () => {
    const idp = await issuer('https://idp.acme.test')
    const before = BigInt(await version())
    const outcome = await admitToken(
      GATEWAY,
      bearer(idp, 's-1', { verifiedEmail: 'Dana@Acme.test', displayName: 'Dana' }),
      idp,
    )
    expect(
      await rows(`SELECT "name", "displayName", "kind", "roles", "ownerId", "disabledAt" FROM "Identity"`),
    ).toEqual([
      { name: 'dana@acme.test', displayName: 'Dana', kind: 'human', roles: [], ownerId: null, disabledAt: null },
    ])
    expect(outcome).toMatchObject({ refused: null, version: before + 1n })
    expect(await rows(`SELECT count(*)::int AS n FROM "Grant"`)).toEqual([{ n: 0 }])
  })

  it('is the person whom an administrator entered before, found by a verified address of a trusted domain', async () => {
    const idp = await issuer('https://idp.acme.test')
    const dana = await person('dana@acme.test')
    expect(await admitted(idp, 's-1', { verifiedEmail: 'dana@acme.test' })).toBe(dana)
    // From then on the subject counts, whatever address it claims.
    await person('ceo@acme.test')
    expect(await admitted(idp, 's-1', { verifiedEmail: 'ceo@acme.test' })).toBe(dana)
  })

  it.each([
    ['an unverified address', { emailDomains: ['acme.test'] }, null],
    ['an address of a domain that is not listed', { emailDomains: ['other.test'] }, 'dana@acme.test'],
    ['an address while no domain is listed', { emailDomains: [] }, 'dana@acme.test'],
    ['an address of a subdomain', { emailDomains: ['acme.test'] }, 'dana@evil.acme.test'],
    ['an address with a domain inside of it', { emailDomains: ['acme.test'] }, 'dana@acme.test@evil.test'],
  ])('with %s takes over nobody and borrows nobody’s name', async (_what, changes, verifiedEmail) => {
    const idp = await issuer('https://idp.acme.test', changes)
    const dana = await person('dana@acme.test')
    const id = await admitted(idp, 's-1', { verifiedEmail })
    expect(id).not.toBe(dana)
    const [made] = await rows<{ name: string }>(`SELECT "name" FROM "Identity" WHERE "id" = $1`, [id])
    expect(made!.name).toMatch(/^subject-[0-9a-f]{16}@idp\.acme\.test$/)
  })

  it('of a second issuer that asserts the same address takes over nobody, though it may speak for the domain', async () => {
    const first = await issuer('https://idp.acme.test')
    const second = await issuer('https://second.acme.test')
    await person('dana@acme.test')
    await admitted(first, 's-1', { verifiedEmail: 'dana@acme.test' })
    const claim = bearer(second, 's-1', { verifiedEmail: 'dana@acme.test' })
    expect(refusal(await admitToken(GATEWAY, claim, second))).toBe('identity_conflict')
    expect(await rows(`SELECT "issuer" FROM "IdentityBinding"`)).toEqual([{ issuer: first.issuer }])
  })

  it('of a second account of one issuer with the same address takes over nobody', async () => {
    const idp = await issuer('https://idp.acme.test')
    await person('dana@acme.test')
    await admitted(idp, 's-1', { verifiedEmail: 'dana@acme.test' })
    expect(refusal(await admitToken(GATEWAY, bearer(idp, 's-2', { verifiedEmail: 'dana@acme.test' }), idp))).toBe(
      'identity_conflict',
    )
  })

  it('finds a person who signs in to the web app through another issuer of the same house', async () => {
    const idp = await issuer('https://idp.acme.test/oauth2/default')
    const dana = await person('dana@acme.test')
    await owner.query(
      `INSERT INTO "IdentityBinding" ("issuer", "subject", "identityId") VALUES ('https://idp.acme.test', 'w-1', $1)`,
      [dana],
    )
    expect(await admitted(idp, 's-1', { verifiedEmail: 'dana@acme.test' })).toBe(dana)
  })

  it.each([
    ['disabled', { disabled: true }, 'identity_disabled'],
    ['no person', { kind: 'agent' }, 'identity_without_owner'],
  ])('does not become somebody who is %s', async (_what, changes, reason) => {
    const idp = await issuer('https://idp.acme.test')
    await person('dana@acme.test', changes)
    const claim = bearer(idp, 's-1', { verifiedEmail: 'dana@acme.test' })
    expect(refusal(await admitToken(GATEWAY, claim, idp))).toBe(reason)
    expect(await rows(`SELECT 1 FROM "IdentityBinding"`)).toEqual([])
  })

  it('of a pipeline is made without an owner, so that nobody is answered for by nobody', async () => {
    const github = await issuer('https://ci.acme.test', { kind: 'pipeline' })
    const id = await admitted(github, 'repo:Acme/app:ref:refs/heads/main', { verifiedEmail: 'dana@acme.test' })
    const [made] = await rows<{ name: string; kind: string; ownerId: null }>(
      `SELECT * FROM "Identity" WHERE "id" = $1`,
      [id],
    )
    expect(made).toMatchObject({ kind: 'pipeline', ownerId: null, displayName: 'repo:Acme/app:ref:refs/heads/main' })
    expect(made!.name).toMatch(/^repo-acme-app-ref-refs-heads-main-[0-9a-f]{10}$/)
  })

  it('seen by many gateways at once is one identity, one version and one trail', async () => {
    const idp = await issuer('https://idp.acme.test')
    const before = BigInt(await version())
    const gateways = Array.from({ length: 8 }, (_, i) => ({
      actor: `gateway:g${i}` as const,
      auditChain: `gateway:g${i}:1:identities` as const,
    }))
    const claim = bearer(idp, 'racing', { verifiedEmail: 'race@acme.test', groups: ['eng'] })
    const outcomes = await Promise.all(gateways.map((gateway) => admitToken(gateway, claim, idp)))
    expect(
      new Set(outcomes.map((outcome) => (outcome.refused === null ? outcome.identityId : outcome.refused))).size,
    ).toBe(1)
    expect(BigInt(await version())).toBe(before + 1n)
    expect(await rows(`SELECT "action" FROM "AuditEvent" WHERE "data"->>'subject' = 'racing'`)).toEqual([
      { action: 'identity.bound' },
    ])
  })
})

describe('group claims at the gateway', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 27, 12, minute))

  it('replace what the same issuer said before, and nothing that others said', async () => {
    const idp = await issuer('https://idp.acme.test')
    const id = await admitted(idp, 's-1', { groups: ['eng', 'ops'], issuedAt: at(0) })
    await owner.query(
      `INSERT INTO "GroupMember" ("groupId", "identityId", "source") SELECT "id", $1, 'hand' FROM "Group" WHERE "name" = 'eng'`,
      [id],
    )
    await admitted(idp, 's-1', { groups: ['ops', 'sales'], issuedAt: at(1) })
    expect(await groupsOf(id)).toEqual(['eng by hand', `ops by ${idp.issuer}`, `sales by ${idp.issuer}`])
    await admitted(idp, 's-1', { groups: [], issuedAt: at(2) })
    expect(await groupsOf(id)).toEqual(['eng by hand'])
    await admitted(idp, 's-1', { groups: null, issuedAt: at(3) })
    expect(await groupsOf(id)).toEqual(['eng by hand'])
  })

  it('of an older token do not undo what a newer one said; of one second only what both say holds', async () => {
    const idp = await issuer('https://idp.acme.test')
    const id = await admitted(idp, 's-1', { groups: ['eng'], issuedAt: at(5) })
    await admitted(idp, 's-1', { groups: ['eng', 'admins'], issuedAt: at(4) })
    expect(await groupsOf(id)).toEqual([`eng by ${idp.issuer}`])
    await admitted(idp, 's-1', { groups: ['admins'], issuedAt: at(5) })
    expect(await groupsOf(id)).toEqual([])
    await admitted(idp, 's-1', { groups: ['eng', 'admins'], issuedAt: at(5) })
    expect(await groupsOf(id)).toEqual([])
    await admitted(idp, 's-1', { groups: ['eng'], issuedAt: null })
    expect(await groupsOf(id)).toEqual([])
  })

  it('that say the same again change no version and leave no event', async () => {
    const idp = await issuer('https://idp.acme.test')
    await admitted(idp, 's-1', { groups: ['eng'], issuedAt: at(0) })
    const before = await version()
    const events = await rows(`SELECT count(*)::int AS n FROM "AuditEvent"`)
    await admitted(idp, 's-1', { groups: ['eng'], issuedAt: at(1) })
    expect(await version()).toBe(before)
    expect(await rows(`SELECT count(*)::int AS n FROM "AuditEvent"`)).toEqual(events)
  })

  it('leave a trail that is chained, in the gateway’s own name', async () => {
    const idp = await issuer('https://idp.acme.test')
    await admitted(idp, 'trail', { groups: ['eng'], issuedAt: at(0) })
    await admitted(idp, 'trail', { groups: ['ops'], issuedAt: at(1) })
    const events = await rows<{ action: string; actor: string }>(
      `SELECT "action", "actor", "actorId", "chain", "data"->'left' AS "left" FROM "AuditEvent" ORDER BY "at" DESC, "seq" DESC LIMIT 1`,
    )
    expect(events).toEqual([
      {
        action: 'identity.groups_claimed',
        actor: 'gateway:here',
        actorId: null,
        chain: GATEWAY.auditChain,
        left: ['eng'],
      },
    ])
    expect(await brokenChains(owner)).toEqual([])
  })
})

describe('a gateway that was taken over', () => {
  let client: pg.Client
  beforeAll(async () => {
    client = new pg.Client({ connectionString: database.gatewayUrl })
    await client.connect()
  })
  afterAll(() => client.end())

  const attempt = (
    url: string,
    subject: string | null,
    identityId: string | null,
    made: object | null,
    groups: string[] | null = null,
  ) =>
    client
      .query('SELECT "admit_token_subject"($1, $2, now(), $3, $4::jsonb, $5, $6)', [
        url,
        subject,
        identityId,
        made && JSON.stringify(made),
        groups,
        groups?.map((_, i) => `grp_${String(i).padStart(21, '0')}`) ?? null,
      ])
      .then(
        () => 'done',
        (error: { code: string }) => error.code,
      )
  const fresh = (changes: object = {}) => ({
    id: `idn_${'0'.repeat(21)}`,
    name: `subject-${'a'.repeat(16)}@idp.acme.test`,
    displayName: 'x',
    kind: 'human',
    ...changes,
  })

  it('still cannot write identities, memberships, bindings or issuers itself', async () => {
    for (const text of [
      `INSERT INTO "Identity" ("id", "name", "displayName", "kind") VALUES ('x', 'x', 'x', 'human')`,
      `UPDATE "Identity" SET "roles" = '{admin}'`,
      `INSERT INTO "GroupMember" ("groupId", "identityId") VALUES ('x', 'x')`,
      `INSERT INTO "IdentityBinding" ("issuer", "subject", "identityId") VALUES ('x', 'x', 'x')`,
      `UPDATE "IdentityBinding" SET "identityId" = 'x'`,
      `UPDATE "Issuer" SET "emailDomains" = '{evil.test}'`,
      `UPDATE "PolicyVersion" SET "version" = 0`,
    ]) {
      await expect(client.query(text)).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('binds nobody by whom the issuer may not speak for, and nobody twice', async () => {
    const idp = await issuer('https://idp.acme.test')
    const other = await issuer('https://other.test', { emailDomains: ['other.test'] })
    const dana = await person('dana@acme.test')
    const disabled = await person('gone@acme.test', { disabled: true })
    const agent = await person('bot@acme.test', { kind: 'agent' })
    expect(await attempt('https://nobody.test', 's', dana, null)).toBe('CS001')
    expect(await attempt(other.issuer, 's', dana, null)).toBe('CS001')
    expect(await attempt(idp.issuer, 's', disabled, null)).toBe('CS001')
    expect(await attempt(idp.issuer, 's', agent, null)).toBe('CS001')
    expect(await attempt(idp.issuer, 's', 'idn_nobody', null)).toBe('CS001')
    expect(await attempt(idp.issuer, null, dana, null)).toBe('CS001')
    expect(await attempt(idp.issuer, '', dana, null)).toBe('CS001')
    expect(await attempt(idp.issuer, 's', dana, null)).toBe('done')
    expect(await attempt(idp.issuer, 't', dana, null)).toBe('CS001')
  })

  it.each([
    ['an administrator', { roles: ['admin'] }, 'done'],
    ['a name of a domain that is not listed', { name: 'ceo@other.test' }, 'CS001'],
    ['a name with two domains', { name: 'x@other.test@acme.test' }, 'CS001'],
    ['a name with the listed one first', { name: 'x@acme.test@other.test' }, 'CS001'],
    ['a name in capitals', { name: 'CEO@acme.test' }, 'CS001'],
    ['a name that is taken', { name: 'dana@acme.test' }, 'CS001'],
    ['a service that is named like a person', { name: 'x@acme.test', kind: 'service' }, 'CS001'],
    ['another kind than the issuer’s', { name: 'x', kind: 'agent' }, 'CS001'],
    ['no kind', { kind: undefined }, 'CS001'],
    ['no name', { name: undefined }, 'CS001'],
    ['an id of its own making', { id: 'admin' }, 'CS001'],
  ])('makes nobody who is %s', async (_what, changes, expected) => {
    const idp = await issuer('https://idp.acme.test')
    await person('dana@acme.test')
    expect(await attempt(idp.issuer, 's', null, fresh(changes))).toBe(expected)
    expect(await rows(`SELECT 1 FROM "Identity" WHERE cardinality("roles") > 0`)).toEqual([])
    if (expected === 'CS001') expect(await rows(`SELECT "name" FROM "Identity"`)).toEqual([{ name: 'dana@acme.test' }])
  })

  it('makes nobody out of nothing', async () => {
    const idp = await issuer('https://idp.acme.test')
    expect(await attempt(idp.issuer, 's', null, null)).toBe('CS001')
  })

  it('claims no groups that the issuer may not speak of', async () => {
    const idp = await issuer('https://idp.acme.test', { groupGlobs: ['eng-*'] })
    const silent = await issuer('https://silent.test', { groupsClaim: null })
    expect(await attempt(idp.issuer, 's', null, fresh(), ['finance'])).toBe('CS001')
    expect(await attempt(idp.issuer, 's', null, fresh(), ['eng-a', 'eng_b'])).toBe('CS001')
    expect(await attempt(idp.issuer, 's', null, fresh(), ['eng-a:b'])).toBe('CS001')
    expect(await attempt(idp.issuer, 's', null, fresh(), Array(501).fill('eng-a'))).toBe('CS001')
    expect(await attempt(silent.issuer, 's', null, fresh(), ['finance'])).toBe('done')
    expect(await rows(`SELECT 1 FROM "GroupMember"`)).toEqual([])
    expect(
      await attempt(
        idp.issuer,
        's',
        null,
        fresh({ id: `idn_${'1'.repeat(21)}`, name: `subject-${'b'.repeat(16)}@x` }),
        ['eng-a'],
      ),
    ).toBe('done')
    expect(await rows(`SELECT g."name" FROM "GroupMember" m JOIN "Group" g ON g."id" = m."groupId"`)).toEqual([
      { name: 'eng-a' },
    ])
  })

  it('brings no flood of identities through one issuer', async () => {
    const idp = await issuer('https://idp.acme.test')
    const someone = await person('dana@acme.test')
    await owner.query(
      `INSERT INTO "IdentityBinding" ("issuer", "subject", "identityId", "via")
       SELECT $1, 'n' || n, $2, 'gateway' FROM generate_series(1, 300) AS n`,
      [idp.issuer, someone],
    )
    expect(refusal(await admitToken(GATEWAY, bearer(idp, 'one more'), idp))).toBe('overloaded')
    expect(refusal(await admitToken(GATEWAY, bearer(idp, 'n7'), idp))).toBeNull()
  })
})
