import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  as,
  auditActions,
  enterEmptyInstallation,
  OPERATOR,
  policyVersion,
  tablesContaining,
} from '@/e2e/support/control-world'
import { type AnswerFacts, answerParts, encoded, type SignWith, signedAnswer } from '@/e2e/support/saml/answer'
import { makeSigningKey } from '@/e2e/support/saml/certificate'
import { encryptedAssertion } from '@/e2e/support/saml/encrypt'
import { requestIn } from '@/e2e/support/saml/provider'
import type { Actor } from '@/lib/actor'
import { db, prisma } from '@/lib/db'
import { env } from '@/lib/env'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { createIdentity, disableIdentity } from '@/lib/identities/commands'
import { getIdentityDetail } from '@/lib/identities/detail-store'
import { getIdentityByName } from '@/lib/identities/store'
import {
  acceptSamlAnswer,
  addProvider,
  beginSamlSignIn,
  disableProvider,
  enableProvider,
  finishSamlSignIn,
  openClientSecret,
  recordRefusedSignIn,
  removeProvider,
  samlMetadata,
  sweepSignIns,
  tellRefusedSignIns,
  updateProvider,
} from './commands'
import type { SignInProvider } from './provider'
import { getProvider, isProviderEnabled, listProviders, listSignInChoices } from './provider-store'
import { SignInRefused } from './refusal'

const key = makeSigningKey('idp.acme.test')
const signing: SignWith = { key: key.privateKey }
const CANARY = 'canary-client-secret'
let leave: () => Promise<void>
let mara: Actor
let slug: string
let saml: SignInProvider
let sequence = 0

beforeAll(async () => {
  ;({ leave } = await enterEmptyInstallation())
  const person = (await createIdentity(OPERATOR, { name: 'mara@acme.test', kind: 'human', roles: ['admin'] })).result
  mara = as(person, 'admin')
})
afterAll(() => leave())

const samlInput = (n: number) => ({
  protocol: 'saml' as const,
  slug: `acme-${n}`,
  name: `Acme ${n}`,
  entityId: `https://idp${n}.acme.test/saml`,
  signInUrl: `https://idp${n}.acme.test/sso`,
  certificates: [key.certificate],
  emailDomains: ['Acme.test'],
  claims: { groups: 'groups' },
})
const oidcInput = (n: number) => ({
  protocol: 'oidc' as const,
  slug: `oidc-${n}`,
  name: `OIDC ${n}`,
  issuer: `https://oidc${n}.acme.test`,
  clientId: 'countersign',
  clientSecret: CANARY,
})

beforeEach(async () => {
  sequence += 1
  slug = `acme-${sequence}`
  saml = await addProvider(mara, samlInput(sequence))
})

describe('sign-in providers', () => {
  it('are kept by administrators and read by auditors; a stranger sees the buttons', async () => {
    const reviewer = { ...mara, roles: ['reviewer', 'engineer'] as const }
    const other = samlInput(900 + sequence)
    await expect(addProvider(reviewer, other)).rejects.toThrow(Forbidden)
    await expect(updateProvider(reviewer, { providerId: saml.id, name: 'x' })).rejects.toThrow(Forbidden)
    for (const change of [disableProvider, enableProvider, removeProvider])
      await expect(change(reviewer, { providerId: saml.id })).rejects.toThrow(Forbidden)
    expect(await listProviders(db(), reviewer)).toEqual([])
    await expect(getProvider(db(), reviewer, slug)).rejects.toThrow(NotFound)
    expect(await getProvider(db(), { ...mara, roles: ['auditor'] }, slug)).toMatchObject({ id: saml.id })
    expect((await listSignInChoices(db())).find((choice) => choice.slug === slug)).toEqual({
      slug,
      name: `Acme ${sequence}`,
      protocol: 'saml',
      host: `idp${sequence}.acme.test`,
    })
  })

  it('keep their client secret sealed: in no table, no audit event, no answer of a command', async () => {
    const added = await addProvider(mara, oidcInput(sequence))
    const changed = await updateProvider(mara, { providerId: added.id, clientSecret: `${CANARY}-2`, name: 'New' })
    expect(JSON.stringify([added, changed, await listProviders(db(), mara)])).not.toContain(CANARY)
    expect(await tablesContaining(CANARY)).toEqual([])
    expect(await openClientSecret(db(), added)).toBe(`${CANARY}-2`)
    const event = await prisma().auditEvent.findFirstOrThrow({
      where: { targetId: added.id, action: 'sign_in_provider.updated' },
    })
    expect(event.data).toMatchObject({ changes: { name: { to: 'New' }, clientSecret: 'replaced' } })
  })

  it('whose sealed secret is moved to another row does not open there', async () => {
    const [one, two] = [
      await addProvider(mara, oidcInput(sequence)),
      await addProvider(mara, oidcInput(5000 + sequence)),
    ]
    await prisma().$executeRaw`UPDATE "SignInProvider" SET "clientSecretSealed" =
      (SELECT "clientSecretSealed" FROM "SignInProvider" WHERE "id" = ${one.id}) WHERE "id" = ${two.id}`
    await expect(openClientSecret(db(), two)).rejects.toThrow('does not open')
  })

  it('that are changed to what they are change nothing and are not audited', async () => {
    const added = await addProvider(mara, oidcInput(sequence))
    const before = (await auditActions()).length
    await updateProvider(mara, { providerId: added.id, clientSecret: CANARY, name: added.name, emailDomains: [] })
    expect((await auditActions()).length).toBe(before)
  })

  it.each<[string, object]>([
    ['a slug of the product’s own', { slug: 'oidc' }],
    ['an entity id that another provider has', { entityId: 'https://idp1.acme.test/saml' }],
    ['the issuer of the environment', { entityId: 'https://idp.acme.test/' }],
    ['an address without encryption', { signInUrl: 'http://idp.acme.test/sso' }],
    ['a metadata address', { signInUrl: 'https://169.254.169.254/sso' }],
    ['a script', { signInUrl: 'javascript:alert(1)' }],
    ['no certificate', { certificates: [] }],
    ['a certificate that is none', { certificates: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] }],
    ['a weak key', { certificates: [makeSigningKey('weak', { bits: 1024 }).certificate] }],
    ['a domain that is everything', { emailDomains: ['*'] }],
    ['a domain that is a whole address', { emailDomains: ['dana@acme.test'] }],
    ['a domain that is a suffix', { emailDomains: ['test'] }],
    ['a field that there is none', { clientId: 'x' }],
  ])('are refused with %s', async (_case, change) => {
    const attempt = addProvider(mara, { ...samlInput(7000 + sequence), ...change } as never)
    await expect(attempt).rejects.toSatisfy((error) => error instanceof InvalidInput || error instanceof Conflict)
  })

  it('that sign in the whole world need a claim that tells ours apart', async () => {
    const google = { ...oidcInput(sequence), issuer: 'https://accounts.google.com' }
    await expect(addProvider(mara, google)).rejects.toThrow('such as hd')
    const added = await addProvider(mara, { ...google, requiredClaims: { hd: 'acme.test' } })
    await expect(updateProvider(mara, { providerId: added.id, requiredClaims: {} })).rejects.toThrow('such as hd')
    await removeProvider(mara, { providerId: added.id })
  })

  it('that are disabled let nobody in, and whoever came through them is out', async () => {
    const begun = await begin()
    expect(await isProviderEnabled(db(), saml.id)).toBe(true)
    await expect(disableProvider({ ...mara, signedInWith: saml.id }, { providerId: saml.id })).rejects.toThrow(
      'You signed in through this provider',
    )
    await disableProvider(mara, { providerId: saml.id })
    expect(await isProviderEnabled(db(), saml.id)).toBe(false)
    await expect(begin()).rejects.toThrow(NotFound)
    await expect(accept(answerTo(begun))).rejects.toThrow(NotFound)
    expect((await listSignInChoices(db())).map((choice) => choice.slug)).not.toContain(slug)
    await enableProvider(mara, { providerId: saml.id })
    await accept(answerTo(begun))
  })

  it('that are removed take along what only their word gave; people stay', async () => {
    const name = `gone${sequence}@acme.test`
    await signInAs({ nameId: `g-${sequence}`, attributes: { email: name, groups: [`grp-${sequence}`] } })
    const person = (await getIdentityByName(db(), name))!
    const version = await policyVersion()
    expect((await removeProvider(mara, { providerId: saml.id })).result).toEqual({ memberships: 1 })
    expect(await policyVersion()).toBe(version + 1n)
    expect((await getIdentityDetail(db(), mara, person.id)).memberships).toEqual([])
    expect(await getIdentityByName(db(), name)).toMatchObject({ id: person.id, disabledAt: null })
  })
})

interface Begun {
  requestId: string
  browser: string
}

async function begin(returnTo: string | null = null, browser: string | null = null): Promise<Begun> {
  const begun = await beginSamlSignIn({ slug, returnTo, browser })
  return { requestId: requestIn(begun.url).id, browser: begun.browser }
}

function answerTo({ requestId }: Begun, facts: Partial<AnswerFacts> = {}, by: SignWith = signing): string {
  const base = `${env().webUrl}/api/saml/${slug}`
  const parts = answerParts({
    issuer: saml.issuer,
    acsUrl: `${base}/acs`,
    audience: `${base}/metadata`,
    inResponseTo: requestId,
    nameId: `n-${sequence}`,
    attributes: { email: `n${sequence}@acme.test`, displayName: 'Nora' },
    ...facts,
  })
  return encoded(signedAnswer(parts, by))
}

const accept = (samlResponse: string) => acceptSamlAnswer({ slug, samlResponse })
const finish = (code: string, { browser }: Pick<Begun, 'browser'>) => finishSamlSignIn({ slug, code, browser })

async function signInAs(facts: Partial<AnswerFacts>) {
  const begun = await begin()
  return finish((await accept(answerTo(begun, facts))).code, begun)
}

const reasonOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'accepted',
    (error) => {
      if (error instanceof SignInRefused) return error.reason
      throw error
    },
  )

describe('signing in through SAML', () => {
  it('makes a person with the groups that the provider names, known again by its subject', async () => {
    const nameId = `subject-${sequence}`
    const email = `dana${sequence}@acme.test`
    const first = await signInAs({ nameId, attributes: { email, displayName: 'Dana Kim', groups: ['data', 'eng'] } })
    const person = await getIdentityDetail(db(), mara, first.identityId)
    expect(person).toMatchObject({ name: email, displayName: 'Dana Kim', roles: [], kind: 'human' })
    expect(person.memberships.map(({ groupName, source }) => [groupName, source])).toEqual([
      ['data', saml.issuer],
      ['eng', saml.issuer],
    ])
    // Another address and fewer groups: the same person, and the claim is the whole truth.
    const again = await signInAs({ nameId, attributes: { email: 'other@acme.test', groups: ['eng'] } })
    expect(again.identityId).toBe(first.identityId)
    const groups = async () => (await getIdentityDetail(db(), mara, first.identityId)).memberships.length
    expect(await groups()).toBe(1)
    await signInAs({ nameId, attributes: { email } })
    expect(await groups()).toBe(0)
  })

  it('binds who was entered before only in a domain of the provider’s', async () => {
    const known = (await createIdentity(OPERATOR, { name: `known${sequence}@acme.test`, kind: 'human' })).result
    const ceo = (await createIdentity(OPERATOR, { name: `ceo${sequence}@partner.test`, kind: 'human' })).result
    const one = await signInAs({ nameId: `k-${sequence}`, attributes: { email: `Known${sequence}@ACME.test` } })
    expect(one.identityId).toBe(known.id)
    const two = await signInAs({ nameId: `c-${sequence}`, attributes: { email: ceo.name } })
    expect(two.identityId).not.toBe(ceo.id)
    // A second account of the same provider with the same address is nobody's way in.
    const thief = signInAs({ nameId: `thief-${sequence}`, attributes: { email: known.name } })
    await expect(thief).rejects.toThrow(Forbidden)
  })

  it('through a second provider with the same address reaches nobody whose domain it does not list', async () => {
    const email = `shared${sequence}@acme.test`
    const first = await signInAs({ nameId: 'same-subject', attributes: { email } })
    const [ours, oursSaml] = [slug, saml]
    sequence += 1
    slug = `acme-${sequence}`
    saml = await addProvider(mara, { ...samlInput(sequence), emailDomains: ['partner.test'] })
    const second = await signInAs({ nameId: 'same-subject', attributes: { email } })
    expect(second.identityId).not.toBe(first.identityId)
    ;[slug, saml] = [ours, oursSaml]
  })

  it('admits only whom its attributes must name', async () => {
    await updateProvider(mara, { providerId: saml.id, requiredClaims: { department: 'Security' } })
    const begun = await begin()
    const facts = (department: string) => ({ attributes: { department } })
    expect(await reasonOf(accept(answerTo(begun, facts('Sales'))))).toBe('not_admitted')
    expect(await reasonOf(accept(answerTo(begun)))).toBe('not_admitted')
    await accept(answerTo(begun, facts('Security')))
  })

  it('only speaks of groups that it may speak of', async () => {
    await updateProvider(mara, { providerId: saml.id, groupGlobs: ['acme-*'] })
    const { identityId } = await signInAs({ attributes: { groups: ['admins', `acme-${sequence}`] } })
    const { memberships } = await getIdentityDetail(db(), mara, identityId)
    expect(memberships.map(({ groupName }) => groupName)).toEqual([`acme-${sequence}`])
  })

  it('brings the browser back to where it was going, and nowhere else', async () => {
    for (const [wanted, back] of [
      ['/reviews?x=1', '/reviews?x=1'],
      ['https://evil.test/', '/'],
      ['//evil.test', '/'],
      ['/\\evil.test', '/'],
      [null, '/'],
    ] as const) {
      const begun = await begin(wanted)
      const { returnTo } = await finish((await accept(answerTo(begun))).code, begun)
      expect([wanted, returnTo]).toEqual([wanted, back])
    }
  })

  it('sends no relay state, and a request that says who asks', async () => {
    const { url } = await beginSamlSignIn({ slug, returnTo: '/reviews', browser: null })
    expect(new URL(url).searchParams.has('RelayState')).toBe(false)
    const base = `${env().webUrl}/api/saml/${slug}`
    expect(requestIn(url)).toMatchObject({ acsUrl: `${base}/acs`, issuer: `${base}/metadata` })
    const metadata = await samlMetadata(slug)
    expect(metadata).toContain(`entityID="${base}/metadata"`)
    expect(metadata).toContain(`Location="${base}/acs"`)
  })

  it('takes an assertion that is encrypted to the key in our metadata, one for all who ask at once', async () => {
    const certificates = new Set(
      (await Promise.all([1, 2, 3].map(() => samlMetadata(slug)))).map(
        (xml) => /use="encryption".*?X509Certificate>([^<]+)</s.exec(xml)![1]!,
      ),
    )
    expect(certificates.size).toBe(1)
    const metadata = await samlMetadata(slug)
    expect(metadata).toContain('aes256-gcm')
    expect(metadata).not.toContain('cbc')
    const [base64] = [...certificates]
    const certificate = `-----BEGIN CERTIFICATE-----\n${base64!.replace(/\s/g, '')}\n-----END CERTIFICATE-----`
    const begun = await begin()
    const plain = Buffer.from(answerTo(begun), 'base64').toString()
    const xml = plain.replace(/<saml:Assertion.*<\/saml:Assertion>/s, (inside) =>
      encryptedAssertion(inside, certificate),
    )
    const { identityId } = await finish((await accept(encoded(xml))).code, begun)
    expect(identityId).toMatch(/^idn_/)
    const kept = await prisma().samlKey.findMany()
    expect(kept).toHaveLength(1)
    expect(Buffer.from(kept[0]!.privateKeySealed).includes('PRIVATE KEY')).toBe(false)
    expect((await auditActions()).filter((action) => action === 'saml_key.made')).toHaveLength(1)
  })

  it('needs the browser that asked, and a wrong one does not spoil it', async () => {
    const begun = await begin()
    const { code } = await accept(answerTo(begun))
    const stranger = await begin()
    expect(await reasonOf(finish(code, stranger))).toBe('other_browser')
    expect(await reasonOf(finishSamlSignIn({ slug, code, browser: null }))).toBe('other_browser')
    expect(await reasonOf(finish(code, begun))).toBe('accepted')
  })

  it('lets one browser sign in in two tabs', async () => {
    const one = await begin()
    const two = await begin(null, one.browser)
    expect(two.browser).toBe(one.browser)
    const [a, b] = [(await accept(answerTo(one))).code, (await accept(answerTo(two))).code]
    expect(await reasonOf(finish(b, one))).toBe('accepted')
    expect(await reasonOf(finish(a, two))).toBe('accepted')
  })

  it('is done once: the same answer, code and assertion are refused afterwards', async () => {
    const begun = await begin()
    const answer = answerTo(begun)
    const [one, two] = [await accept(answer), await accept(answer)]
    expect(await reasonOf(finish(one.code, begun))).toBe('accepted')
    expect(await reasonOf(finish(one.code, begun))).toBe('unknown_request')
    expect(await reasonOf(finish(two.code, begun))).toBe('unknown_request')
    expect(await reasonOf(accept(answer))).toBe('unknown_request')
  })

  it('is done once also by eight at the same moment', async () => {
    const begun = await begin()
    const codes = await Promise.all(Array.from({ length: 8 }, () => accept(answerTo(begun))))
    const verdicts = await Promise.all(codes.map(({ code }) => reasonOf(finish(code, begun))))
    expect(verdicts.filter((verdict) => verdict === 'accepted')).toHaveLength(1)
  })

  it('knows an assertion again that comes with another request', async () => {
    const first = await begin()
    await finish((await accept(answerTo(first))).code, first)
    const { assertionId } = await prisma().samlAssertion.findFirstOrThrow({ where: { providerId: saml.id } })
    const second = await begin()
    const parts = answerParts({
      ...{ issuer: saml.issuer, nameId: 'x', inResponseTo: second.requestId },
      acsUrl: `${env().webUrl}/api/saml/${slug}/acs`,
      audience: `${env().webUrl}/api/saml/${slug}/metadata`,
    })
    parts.assertion.id = assertionId
    expect(await reasonOf(accept(encoded(signedAnswer(parts, signing))))).toBe('replayed')
  })

  it('is not spoilt by rejected answers: whoever knows the request cannot end it', async () => {
    const begun = await begin()
    const attacker = makeSigningKey('evil.test')
    const bad: [string, string][] = [
      [answerTo(begun, {}, { key: attacker.privateKey }), 'bad_signature'],
      [answerTo(begun, { audience: 'https://other.test' }), 'wrong_audience'],
      [answerTo(begun, { now: new Date(Date.now() - 3_600_000) }), 'expired'],
      ['AAAA', 'malformed'],
      [`${answerTo(begun).slice(0, -8)}AAAAAAA=`, 'malformed'],
    ]
    for (const [answer, reason] of bad) expect(await reasonOf(accept(answer))).toBe(reason)
    expect(await reasonOf(finish((await accept(answerTo(begun))).code, begun))).toBe('accepted')
  })

  it('takes an answer only for the provider that was asked', async () => {
    const begun = await begin()
    const answer = answerTo(begun)
    const theirs = slug
    sequence += 1
    slug = `acme-${sequence}`
    await addProvider(mara, samlInput(sequence))
    expect(await reasonOf(accept(answer))).toBe('unknown_request')
    slug = theirs
  })

  it('is over after a quarter of an hour, and swept', async () => {
    const begun = await begin()
    await prisma().samlRequest.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } })
    expect(await reasonOf(accept(answerTo(begun)))).toBe('unknown_request')
    await sweepSignIns()
    expect(await prisma().samlRequest.count()).toBe(0)
  })

  it('lets nobody in who is disabled, and spends nothing on them', async () => {
    const { identityId } = await signInAs({ nameId: `off-${sequence}` })
    await disableIdentity(OPERATOR, { identityId })
    const begun = await begin()
    const { code } = await accept(answerTo(begun, { nameId: `off-${sequence}` }))
    await expect(finish(code, begun)).rejects.toThrow('disabled')
    expect(await prisma().samlRequest.count({ where: { id: begun.requestId } })).toBe(1)
  })
})

describe('refused sign-ins', () => {
  it('are one audit event a minute and kind, with a count of the others', async () => {
    const refused = { provider: { id: saml.id, slug }, reason: 'bad_signature' as const, detail: 'nobody signed it' }
    const start = Date.now()
    const references = await Promise.all(Array.from({ length: 50 }, (_, n) => recordRefusedSignIn(refused, start + n)))
    await tellRefusedSignIns(start + 61_000)
    const events = await prisma().auditEvent.findMany({
      where: { targetId: saml.id, action: 'sign_in.refused' },
      orderBy: { seq: 'asc' },
    })
    expect(events.map(({ count, reason, outcome }) => [count, reason, outcome])).toEqual([
      [1, 'bad_signature', 'refused'],
      [49, 'bad_signature', 'refused'],
    ])
    expect(new Set([...references, ...events.map(({ reference }) => reference)]).size).toBe(1)
  })
})
