import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { as, enterEmptyInstallation, OPERATOR, policyVersion, tablesContaining } from '@/e2e/support/control-world'
import { makeSigningKey } from '@/e2e/support/saml/certificate'
import { db } from '@/lib/db'
import { InvalidInput } from '@/lib/errors'
import { createIdentity } from '@/lib/identities/commands'
import { disableProvider, openClientSecret } from '@/lib/sign-in/commands'
import { listProviders } from '@/lib/sign-in/provider-store'
import { applyAccess } from './commands'
import { readDocument } from './document'

const SECRET = 'canary-of-the-okta-app'
const { certificate } = makeSigningKey('idp.acme.test')
const pem = certificate.trim().replaceAll('\n', '\n          ')
const base64 = certificate.replace(/-----.*?-----|\s/g, '')
const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sts.acme.test/"><md:IDPSSODescriptor protocolSupportEnumeration="x"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://sts.acme.test/saml2"/></md:IDPSSODescriptor></md:EntityDescriptor>`
const YAML = `
signIn:
  - slug: acme-okta
    name: Acme Okta
    oidc:
      issuer: https://acme.okta.test
      clientId: 0oa1
      clientSecretFrom: { env: OKTA_SECRET }
      scopes: [openid, profile, email, groups]
    domains: [Acme.test]
    groupsClaim: groups
    groups: ["okta-*"]
    require: { hd: acme.test }
  - slug: acme-saml
    name: Acme SAML
    saml:
      metadata: '${metadata}'
    domains: [acme.test]
  - slug: other-saml
    name: Other
    saml:
      entityId: urn:other:idp
      signInUrl: https://idp.other.test/sso
      certificates:
        - |
          ${pem}
`
const environment = { OKTA_SECRET: SECRET }
let leave: (() => Promise<void>) | undefined

beforeEach(async () => {
  await leave?.()
  ;({ leave } = await enterEmptyInstallation())
})
afterAll(() => leave?.())

const apply = async (text: string, options: { prune?: boolean; dryRun?: boolean } = {}) =>
  (await applyAccess(OPERATOR, { text, ...options }, environment)).result
const providers = () => listProviders(db(), OPERATOR)
const provider = async (slug: string) => (await providers()).find((one) => one.slug === slug)!

describe('signIn in access.yaml', () => {
  it('makes providers, once, with their secrets sealed and nothing that passes changed', async () => {
    const version = await policyVersion()
    expect((await apply(YAML, { dryRun: true })).counts).toMatchObject({ create: 3 })
    expect(await providers()).toEqual([])
    expect((await apply(YAML)).counts).toMatchObject({ create: 3 })
    expect((await apply(YAML)).counts).toMatchObject({ create: 0, update: 0, unchanged: 3 })
    expect(await policyVersion()).toBe(version)
    expect(await provider('acme-okta')).toMatchObject({
      protocol: 'oidc',
      emailDomains: ['acme.test'],
      groupGlobs: ['okta-*'],
      requiredClaims: { hd: ['acme.test'] },
      claims: { groups: 'groups', subject: null },
      managedBy: 'apply',
    })
    expect(await provider('acme-saml')).toMatchObject({
      issuer: 'https://sts.acme.test/',
      signInUrl: 'https://sts.acme.test/saml2',
      certificates: [certificate],
    })
    expect(await openClientSecret(db(), await provider('acme-okta'))).toBe(SECRET)
    expect(await tablesContaining(SECRET)).toEqual([])
  })

  it('changes what it says otherwise and leaves the rest alone', async () => {
    await apply(YAML)
    const changed = await apply(
      YAML.replace('name: Acme Okta', 'name: Okta').replace('    groupsClaim: groups\n', '').replace('0oa1', '0oa2'),
    )
    expect(changed.steps.filter(({ action }) => action === 'update')).toMatchObject([
      { name: 'acme-okta', changes: ['name', 'clientId'] },
    ])
    expect(await provider('acme-okta')).toMatchObject({ name: 'Okta', clientId: '0oa2', claims: { groups: 'groups' } })
    environment.OKTA_SECRET = 'another-canary'
    expect((await apply(YAML)).steps[0]).toMatchObject({ changes: ['name', 'clientId', 'clientSecret'] })
    environment.OKTA_SECRET = SECRET
  })

  it('prunes by disabling what it made, and brings it back when it is named again', async () => {
    await apply(YAML)
    const only = YAML.slice(0, YAML.indexOf('  - slug: acme-saml'))
    expect((await apply(only, { prune: true })).counts).toMatchObject({ prune: 2 })
    expect((await provider('acme-saml')).disabledAt).not.toBeNull()
    expect((await apply(YAML)).steps.filter(({ changes }) => changes.includes('enabled'))).toHaveLength(2)
    expect((await provider('acme-saml')).disabledAt).toBeNull()
  })

  it('does not enable what a person disabled, and does not prune the way by which it is applied', async () => {
    await apply(YAML)
    const mara = (await createIdentity(OPERATOR, { name: 'mara@acme.test', kind: 'human' })).result
    const okta = await provider('acme-okta')
    const actor = { ...as(mara, 'admin'), signedInWith: okta.id }
    const { steps } = (await applyAccess(actor, { text: 'signIn: []', prune: true }, environment)).result
    expect(steps.find(({ name }) => name === 'acme-okta')).toMatchObject({ action: 'refused' })
    expect((await provider('acme-okta')).disabledAt).toBeNull()
    await disableProvider(OPERATOR, { providerId: okta.id })
    expect((await apply(YAML)).steps[0]).toMatchObject({ note: expect.stringContaining('disabled by a person') })
    expect((await provider('acme-okta')).disabledAt).not.toBeNull()
  })

  it('never lets a provider become another one', async () => {
    await apply(YAML)
    await expect(apply(YAML.replace('https://acme.okta.test', 'https://evil.okta.test'))).rejects.toThrow(InvalidInput)
    expect((await provider('acme-okta')).issuer).toBe('https://acme.okta.test')
  })

  it('refuses the issuer of the environment, and one that another provider has', async () => {
    const lineOf = async (text: string) =>
      apply(text).then(
        () => null,
        (error: InvalidInput) => error.problems.map(({ line }) => line),
      )
    expect(await lineOf(YAML.replace('https://acme.okta.test', 'https://idp.acme.test'))).toEqual([6])
    await apply(YAML)
    const again = `signIn:\n  - slug: second\n    name: Second\n    saml:\n      metadata: '${metadata}'\n`
    expect(await lineOf(again)).toEqual([5])
  })
})

describe('signIn with mistakes', () => {
  const oidc = (more: string) =>
    `signIn:\n  - slug: a\n    name: A\n    oidc:\n      issuer: https://a.test\n      clientId: x\n${more}`
  it.each([
    ['a slug of the product’s own', 'signIn:\n  - slug: oidc\n    name: A', 2],
    ['neither protocol', 'signIn:\n  - slug: a\n    name: A', 2],
    ['no secret', oidc(''), 5],
    ['two secrets', oidc('      clientSecret: s\n      clientSecretFrom: { env: OKTA_SECRET }'), 5],
    ['a variable that is not set', oidc('      clientSecretFrom:\n        env: NOT_SET'), 8],
    ['an issuer without encryption', oidc('      clientSecret: s').replace('https://a.test', 'http://a.test'), 5],
    ['a domain that is none', `${oidc('      clientSecret: s')}\n    domains:\n      - "*"`, 9],
    ['metadata that is none', 'signIn:\n  - slug: a\n    name: A\n    saml:\n      metadata: "<a/>"', 5],
    ['half of a SAML provider', 'signIn:\n  - slug: a\n    name: A\n    saml:\n      entityId: urn:a', 5],
    ['an unknown key', `${oidc('      clientSecret: s')}\n    colour: red`, 8],
  ])('such as %s is refused at its line', (_case, text, line) => {
    const { problems } = readDocument(text, environment)
    expect(problems.map((problem) => problem.line)).toEqual([line])
    expect(JSON.stringify(problems)).not.toContain(SECRET)
  })
})
