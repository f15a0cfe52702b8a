import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { as, auditActions, enterEmptyInstallation, OPERATOR, policyVersion } from '@/e2e/support/control-world'
import { TestIssuer } from '@/e2e/support/issuer'
import { db, prisma } from '@/lib/db'
import { Conflict, Forbidden, InvalidInput, NotFound, Unavailable } from '@/lib/errors'
import type { SignInClaims, TrustedProvider } from './claims'
import {
  bindSubject,
  checkIssuer,
  createIdentity,
  registerIssuer,
  removeIssuer,
  signInWithClaims,
  unbindSubject,
  updateIssuer,
} from './commands'
import { listIssuers } from './issuer-store'

let leave: (() => Promise<void>) | undefined
let idp: TestIssuer

beforeEach(async () => {
  await leave?.()
  ;({ leave } = await enterEmptyInstallation())
  idp = await TestIssuer.start()
})
afterEach(() => idp.close())
afterAll(() => leave?.())

const person = async (name: string) => (await createIdentity(OPERATOR, { name, kind: 'human' })).result
const only = async () => (await listIssuers(db(), OPERATOR))[0]!

describe('registering an issuer', () => {
  it('asks it for its keys first, and tells every gateway', async () => {
    const before = await policyVersion()
    const { result } = await registerIssuer(OPERATOR, {
      issuer: idp.url,
      audience: 'countersign',
      emailDomains: ['Acme.test', 'acme.test'],
    })
    expect(result).toMatchObject({ issuer: idp.url, emailDomains: ['acme.test'], identityClaim: 'sub', kind: 'human' })
    expect(idp.asked).toEqual(['/.well-known/openid-configuration', '/jwks'])
    expect(await policyVersion()).toBe(before + 1n)
    expect(await auditActions()).toEqual(['issuer.registered'])
    await expect(registerIssuer(OPERATOR, { issuer: idp.url })).rejects.toThrow(Conflict)
  })

  it('that gives none changes nothing, unless its administrator knows better', async () => {
    idp.isDown = true
    const before = await policyVersion()
    await expect(registerIssuer(OPERATOR, { issuer: idp.url })).rejects.toThrow(Unavailable)
    expect(await listIssuers(db(), OPERATOR)).toEqual([])
    expect(await policyVersion()).toBe(before)
    await registerIssuer(OPERATOR, { issuer: idp.url, evenIfUnreachable: true })
    expect(await listIssuers(db(), OPERATOR)).toHaveLength(1)
  })

  it.each([
    ['a metadata address', { issuer: 'https://169.254.169.254/' }],
    ['a key set at a metadata address', { issuer: 'https://a.test', jwksUri: 'http://169.254.169.254/jwks' }],
    ['plain HTTP elsewhere', { issuer: 'http://idp.acme.test' }],
    ['an HMAC', { issuer: 'https://a.test', algorithms: ['HS256'] }],
    ['everybody on GitHub', { issuer: 'https://token.actions.githubusercontent.com', kind: 'pipeline' }],
    ['everybody with a Google account', { issuer: 'https://accounts.google.com' }],
  ])('refuses %s', async (_what, input) => {
    await expect(registerIssuer(OPERATOR, { ...input, evenIfUnreachable: true } as never)).rejects.toThrow(InvalidInput)
    expect(await auditActions()).toEqual([])
  })

  it('is for administrators, and looking at them for auditors too', async () => {
    const dana = await person('dana@acme.test')
    for (const role of ['engineer', 'auditor', 'reviewer'] as const) {
      await expect(registerIssuer(as(dana, role), { issuer: idp.url })).rejects.toThrow(Forbidden)
      await expect(checkIssuer(as(dana, role), { issuer: idp.url })).rejects.toThrow(Forbidden)
    }
    await expect(listIssuers(db(), as(dana, 'engineer'))).rejects.toThrow(Forbidden)
    expect(await listIssuers(db(), as(dana, 'auditor'))).toEqual([])
    expect(idp.asked).toEqual([])
  })

  it('can be tried out', async () => {
    await idp.publish('e1', 'ES256')
    expect(await checkIssuer(OPERATOR, { issuer: idp.url })).toEqual({
      ok: true,
      jwksUri: `${idp.url}/jwks`,
      keys: [
        { kid: 'k1', alg: 'RS256', type: 'RSA' },
        { kid: 'e1', alg: 'ES256', type: 'P-256' },
      ],
    })
    idp.isDown = true
    expect(await checkIssuer(OPERATOR, { issuer: idp.url })).toMatchObject({ ok: false })
    expect(await checkIssuer(OPERATOR, { issuer: 'http://127.0.0.1:9' })).toEqual({
      ok: false,
      problem: 'Nothing listens there.',
    })
  })
})

describe('changing an issuer', () => {
  it('changes what is said and nothing else, and a second time nothing', async () => {
    const { result } = await registerIssuer(OPERATOR, { issuer: idp.url, audience: 'a', requiredScope: 'mcp' })
    await updateIssuer(OPERATOR, { issuerId: result.id, audience: 'b', emailDomains: ['acme.test'] })
    expect(await only()).toMatchObject({ audience: 'b', emailDomains: ['acme.test'], requiredScope: 'mcp' })
    const before = await policyVersion()
    await updateIssuer(OPERATOR, { issuerId: result.id, audience: 'b' })
    expect(await policyVersion()).toBe(before)
    const { data } = await prisma().auditEvent.findFirstOrThrow({ where: { action: 'issuer.updated' } })
    expect(data).toEqual({
      issuer: idp.url,
      from: { audience: 'a', emailDomains: [] },
      to: { audience: 'b', emailDomains: ['acme.test'] },
    })
    await expect(updateIssuer(OPERATOR, { issuerId: 'iss_none', audience: 'x' })).rejects.toThrow(NotFound)
  })

  it('to other keys asks for them first', async () => {
    const { result } = await registerIssuer(OPERATOR, { issuer: idp.url })
    await expect(updateIssuer(OPERATOR, { issuerId: result.id, jwksUri: 'http://127.0.0.1:9/jwks' })).rejects.toThrow(
      Unavailable,
    )
    await updateIssuer(OPERATOR, { issuerId: result.id, jwksUri: `${idp.url}/jwks` })
    expect(await only()).toMatchObject({ jwksUri: `${idp.url}/jwks` })
  })

  it('in which claim counts ends what was bound by the other; `email` and `sub` both bind to `sub`', async () => {
    const { result } = await registerIssuer(OPERATOR, { issuer: idp.url })
    const dana = await person('dana@acme.test')
    await bindSubject(OPERATOR, { identityId: dana.id, issuer: idp.url, subject: 's-1' })
    await prisma().identityBinding.create({ data: { issuer: idp.url, subject: 'w-1', identityId: dana.id } })
    await updateIssuer(OPERATOR, { issuerId: result.id, identityClaim: 'email' })
    expect(await prisma().identityBinding.count()).toBe(2)
    await updateIssuer(OPERATOR, { issuerId: result.id, identityClaim: 'oid' })
    expect(await prisma().identityBinding.findMany({ select: { subject: true } })).toEqual([{ subject: 'w-1' }])
  })

  it('in which groups it may speak of ends the memberships that are left out', async () => {
    const { result } = await registerIssuer(OPERATOR, { issuer: idp.url, groupsClaim: 'groups' })
    const dana = await person('dana@acme.test')
    for (const name of ['eng-a', 'finance']) {
      await prisma().group.create({ data: { id: `grp_${name}`, name } })
      for (const source of [idp.url, 'hand']) {
        await prisma().groupMember.create({ data: { groupId: `grp_${name}`, identityId: dana.id, source } })
      }
    }
    await updateIssuer(OPERATOR, { issuerId: result.id, groupGlobs: ['eng-*'] })
    const claimed = () => prisma().groupMember.findMany({ where: { source: idp.url }, select: { groupId: true } })
    expect(await claimed()).toEqual([{ groupId: 'grp_eng-a' }])
    await updateIssuer(OPERATOR, { issuerId: result.id, groupsClaim: null })
    expect(await claimed()).toEqual([])
    expect(await prisma().groupMember.count({ where: { source: 'hand' } })).toBe(2)
  })
})

describe('removing an issuer', () => {
  it('ends what its word alone gave, and leaves what people proved or gave by hand', async () => {
    const { result } = await registerIssuer(OPERATOR, { issuer: idp.url, groupsClaim: 'groups' })
    const dana = await person('dana@acme.test')
    await bindSubject(OPERATOR, { identityId: dana.id, issuer: idp.url, subject: 's-1' })
    await prisma().identityBinding.create({ data: { issuer: idp.url, subject: 'w-1', identityId: dana.id } })
    await prisma().group.create({ data: { id: 'grp_1', name: 'eng' } })
    for (const source of [idp.url, 'hand']) {
      await prisma().groupMember.create({ data: { groupId: 'grp_1', identityId: dana.id, source } })
    }
    const before = await policyVersion()
    await removeIssuer(OPERATOR, { issuerId: result.id })
    expect(await policyVersion()).toBe(before + 1n)
    expect(await prisma().identityBinding.findMany({ select: { via: true } })).toEqual([{ via: 'sign-in' }])
    expect(await prisma().groupMember.findMany({ select: { source: true } })).toEqual([{ source: 'hand' }])
    expect((await auditActions()).at(-1)).toBe('issuer.removed')
    await expect(removeIssuer(OPERATOR, { issuerId: result.id })).rejects.toThrow(NotFound)
  })
})

describe('binding a subject by hand', () => {
  it('names a registered issuer, and takes nobody’s subject away from whom a person gave it to', async () => {
    await registerIssuer(OPERATOR, { issuer: idp.url, identityClaim: 'repository', kind: 'pipeline' })
    const [dana, lee] = [await person('dana@acme.test'), await person('lee@acme.test')]
    const binding = { issuer: idp.url, subject: 'acme/app' }
    await expect(bindSubject(OPERATOR, { ...binding, issuer: 'https://x.test', identityId: dana.id })).rejects.toThrow(
      InvalidInput,
    )
    await expect(bindSubject(as(dana, 'engineer'), { ...binding, identityId: dana.id })).rejects.toThrow(Forbidden)
    expect((await bindSubject(OPERATOR, { ...binding, identityId: dana.id })).result.subject).toBe(
      'repository=acme/app',
    )
    await expect(bindSubject(OPERATOR, { ...binding, identityId: lee.id })).rejects.toThrow(
      /stands for dana@acme\.test/,
    )
    await expect(bindSubject(OPERATOR, { ...binding, identityId: dana.id })).rejects.toThrow(Conflict)
    await unbindSubject(OPERATOR, { issuer: idp.url, subject: 'repository=acme/app' })
    await bindSubject(OPERATOR, { ...binding, identityId: lee.id })
    expect((await auditActions()).slice(-3)).toEqual(['identity.bound', 'identity.unbound', 'identity.bound'])
  })

  it('takes it from the stranger that a gateway made of it, with what was claimed for that one', async () => {
    await registerIssuer(OPERATOR, { issuer: idp.url })
    const [dana, stranger] = [await person('dana@acme.test'), await person('stranger@acme.test')]
    await prisma().identityBinding.create({
      data: { issuer: idp.url, subject: 's-1', identityId: stranger.id, via: 'gateway' },
    })
    await prisma().group.create({ data: { id: 'grp_1', name: 'eng' } })
    await prisma().groupMember.create({ data: { groupId: 'grp_1', identityId: stranger.id, source: idp.url } })
    await bindSubject(OPERATOR, { identityId: dana.id, issuer: idp.url, subject: 's-1' })
    expect(await prisma().identityBinding.findMany({ select: { identityId: true, via: true } })).toEqual([
      { identityId: dana.id, via: 'hand' },
    ])
    expect(await prisma().groupMember.count()).toBe(0)
  })
})

describe('what a gateway bound, at a sign-in to the web app', () => {
  const provider = (emailDomains: string[] | null = null): TrustedProvider => ({
    issuer: 'https://idp.acme.test',
    emailDomains,
    groupGlobs: ['*'],
  })
  const claims = (changes: Partial<SignInClaims> = {}): SignInClaims => ({
    issuer: 'https://idp.acme.test',
    subject: 's-1',
    email: 'dana@acme.test',
    emailVerified: true,
    name: 'Dana',
    groups: null,
    ...changes,
  })
  const boundByGateway = (identityId: string) =>
    prisma().identityBinding.create({
      data: { issuer: 'https://idp.acme.test', subject: 's-1', identityId, via: 'gateway' },
    })

  it('proves nothing: whose name it is counts, and the binding follows', async () => {
    const [dana, root] = [await person('dana@acme.test'), await person('root@acme.test')]
    await boundByGateway(root.id)
    expect((await signInWithClaims(claims(), provider())).identityId).toBe(dana.id)
    expect(await prisma().identityBinding.findMany({ select: { identityId: true, via: true } })).toEqual([
      { identityId: dana.id, via: 'sign-in' },
    ])
  })

  it('does not keep an administrator of the installation from becoming one', async () => {
    const root = await person('root@acme.test')
    await boundByGateway(root.id)
    await signInWithClaims(claims({ email: 'root@acme.test' }), provider())
    expect(await prisma().identity.findUnique({ where: { id: root.id }, select: { roles: true } })).toEqual({
      roles: ['admin'],
    })
  })

  it('is the same stranger again, where the address is worth nothing there either', async () => {
    const first = await signInWithClaims(claims({ emailVerified: false }), provider())
    await prisma().identityBinding.updateMany({ data: { via: 'gateway' } })
    expect(await signInWithClaims(claims({ emailVerified: false }), provider())).toEqual(first)
    expect(await prisma().identity.count()).toBe(1)
  })

  it('of another account of the same provider keeps an address that was given to somebody new', async () => {
    const dana = await person('dana@acme.test')
    await boundByGateway(dana.id)
    await expect(signInWithClaims(claims({ subject: 's-2' }), provider())).rejects.toThrow(Forbidden)
  })
})
