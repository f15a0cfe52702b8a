import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { auditActions, enterEmptyInstallation, OPERATOR, policyVersion } from '@/e2e/support/control-world'
import { prisma } from '@/lib/db'
import { InvalidInput } from '@/lib/errors'
import { bindSubject } from '@/lib/identities/commands'
import { applyAccess } from './commands'

/** The section `issuers`, and the subjects of identities. Port 9 answers nobody. */

const IDP = 'http://127.0.0.1:9/idp'
const CI = 'http://127.0.0.1:9/ci'
const YAML = `
identities:
  - { name: dana@acme.test, kind: human }
  - { name: lee@eu.acme.test, kind: human }
  - name: deploys
    kind: pipeline
    owner: dana@acme.test
    subjects:
      - { issuer: ${CI}, subject: acme/app }
issuers:
  - { issuer: ${IDP}, audience: countersign, identityClaim: email, groupsClaim: groups }
  - issuer: ${CI}
    kind: pipeline
    identityClaim: repository
    require: { repository_owner: acme }
    scope: mcp
    algorithms: [RS256]
`
let leave: (() => Promise<void>) | undefined

beforeEach(async () => {
  await leave?.()
  ;({ leave } = await enterEmptyInstallation())
})
afterAll(() => leave?.())

const apply = async (text: string, options: { dryRun?: boolean; prune?: boolean } = {}) =>
  (await applyAccess(OPERATOR, { text, ...options }, {})).result
const issuer = (name: string) => prisma().issuer.findUnique({ where: { issuer: name } })
const bindings = async () =>
  (await prisma().identityBinding.findMany({ include: { identity: true }, orderBy: { subject: 'asc' } })).map(
    ({ identity, subject, via }) => `${identity.name} ← ${subject} via ${via}`,
  )
const problemsOf = async (text: string) => {
  const error = await apply(text).catch((caught: unknown) => caught)
  if (!(error instanceof InvalidInput)) throw error
  return error.problems.map(({ line, message }) => `${line}: ${message}`)
}
/** A file with one thing different. */
const changed = (text: string, from: string, to: string) => {
  expect(text).toContain(from)
  return text.replace(from, to)
}

describe('issuers in access.yaml', () => {
  it('are registered as the contract writes them, with the domains of the people in the file written down', async () => {
    const report = await apply(YAML)
    expect(await issuer(IDP)).toMatchObject({
      audience: 'countersign',
      identityClaim: 'email',
      groupsClaim: 'groups',
      groupGlobs: ['*'],
      emailDomains: ['acme.test', 'eu.acme.test'],
      kind: 'human',
      managedBy: 'apply',
    })
    expect(await issuer(CI)).toMatchObject({
      audience: null,
      emailDomains: [],
      kind: 'pipeline',
      requiredClaims: { repository_owner: ['acme'] },
      requiredScope: 'mcp',
      algorithms: ['RS256'],
    })
    expect(report.steps.find(({ name }) => name === IDP)?.note).toBe(
      'finds people by verified addresses of acme.test, eu.acme.test',
    )
    expect(report.warnings).toEqual([
      expect.stringContaining(`${IDP}: Nothing listens there.`),
      expect.stringContaining(`${CI}: Nothing listens there.`),
    ])
    expect(await bindings()).toEqual(['deploys ← repository=acme/app via apply'])
    expect(await auditActions()).toEqual(expect.arrayContaining(['issuer.registered', 'identity.bound']))
  })

  it('a second time change nothing, not even the version', async () => {
    await apply(YAML)
    const before = await policyVersion()
    const { counts, warnings } = await apply(YAML)
    expect(counts).toMatchObject({ create: 0, update: 0, prune: 0, refused: 0 })
    expect(warnings).toEqual([])
    expect(await policyVersion()).toBe(before)
  })

  it('change in what the file says, and stay in what it leaves out', async () => {
    await apply(YAML)
    await prisma().issuer.update({
      where: { issuer: IDP },
      data: { emailDomains: ['acme.test'], groupGlobs: ['eng-*'] },
    })
    const { steps } = await apply(changed(YAML, 'audience: countersign', 'audience: gateway'))
    expect(steps.find(({ name }) => name === IDP)).toMatchObject({ action: 'update', changes: ['audience'] })
    expect(await issuer(IDP)).toMatchObject({ audience: 'gateway', emailDomains: ['acme.test'], groupGlobs: ['eng-*'] })
    await apply(changed(YAML, 'audience: countersign', 'audience: null, domains: []'))
    expect(await issuer(IDP)).toMatchObject({ audience: null, emailDomains: [] })
  })

  it('that the file once made are removed by a prune, and no others', async () => {
    await apply(YAML)
    await prisma().issuer.create({
      data: { id: 'iss_hand', issuer: 'https://hand.test', algorithms: ['RS256'], createdBy: 'x' },
    })
    const without = `identities:\n  - { name: dana@acme.test, kind: human }\nissuers:\n  - { issuer: ${IDP} }\n`
    expect((await apply(without)).steps.map(({ name }) => name)).not.toContain(CI)
    expect(await issuer(CI)).not.toBeNull()
    expect((await apply(without, { prune: true })).steps).toContainEqual(
      expect.objectContaining({ action: 'prune', kind: 'issuer', name: CI }),
    )
    expect(await issuer(CI)).toBeNull()
    expect(await issuer('https://hand.test')).not.toBeNull()
    expect(await bindings()).toEqual([])
  })

  it('are only looked at in a dry run', async () => {
    const before = await policyVersion()
    const { counts, warnings } = await apply(YAML, { dryRun: true })
    expect(counts.create).toBe(6)
    expect(warnings).toEqual([])
    expect(await policyVersion()).toBe(before)
    expect(await issuer(IDP)).toBeNull()
  })

  it('that are wrong are refused with their lines, all at once', async () => {
    expect(
      await problemsOf(`issuers:
  - { issuer: http://idp.acme.test }
  - { issuer: https://a.test, algorithms: [HS256] }
  - { issuer: https://b.test, algorithms: [] }
  - { issuer: https://c.test, domains: ["*"] }
  - { issuer: https://d.test, jwksUri: "file:///etc/passwd" }
  - { issuer: https://e.test, scope: 'a"b' }
  - { issuer: https://f.test, kind: robot }
  - { issuer: https://g.test, secret: x }
  - { issuer: https://token.actions.githubusercontent.com, kind: pipeline }
  - { issuer: https://h.test }
  - { issuer: https://h.test }
  - { audience: x }
`),
    ).toEqual([
      expect.stringMatching(/^2: must start with https/),
      expect.stringMatching(/^3: /),
      '4: name at least one',
      expect.stringMatching(/^5: a domain/),
      expect.stringMatching(/^6: must start with https/),
      expect.stringMatching(/^7: one scope/),
      expect.stringMatching(/^8: /),
      '9: unknown key',
      expect.stringMatching(/^10: .*repository_owner/),
      '12: https://h.test is named twice',
      expect.stringMatching(/^13: /),
    ])
  })
})

describe('the subjects of an identity', () => {
  it('are the whole truth of what the file bound to it', async () => {
    await apply(YAML)
    await apply(changed(YAML, 'subject: acme/app', 'subject: acme/other'))
    expect(await bindings()).toEqual(['deploys ← repository=acme/other via apply'])
    await apply(YAML.replace(/ {4}subjects:\n.*\n/, ''))
    expect(await bindings()).toEqual(['deploys ← repository=acme/other via apply'])
    await apply(YAML.replace(/ {4}subjects:\n.*\n/, '    subjects: []\n'))
    expect(await bindings()).toEqual([])
  })

  it('are taken from what a gateway made of a stranger, and not from whom a person bound', async () => {
    await apply(YAML.replace(/ {4}subjects:\n.*\n/, ''))
    await prisma().identity.create({
      data: { id: 'idn_jit', name: 'acme-app-0123456789', displayName: 'x', kind: 'pipeline' },
    })
    await prisma().identityBinding.create({
      data: { issuer: CI, subject: 'repository=acme/app', identityId: 'idn_jit', via: 'gateway' },
    })
    const { steps } = await apply(YAML)
    expect(steps.find(({ kind }) => kind === 'binding')).toMatchObject({
      action: 'create',
      note: 'stood for acme-app-0123456789',
    })
    expect(await bindings()).toEqual(['deploys ← repository=acme/app via apply'])

    await apply(YAML.replace(/ {4}subjects:\n.*\n/, '    subjects: []\n'))
    await bindSubject(OPERATOR, { identityId: 'idn_jit', issuer: CI, subject: 'acme/app' })
    expect(await problemsOf(YAML)).toEqual([
      '9: repository=acme/app stands for acme-app-0123456789 already: unbind it there first',
    ])
  })

  it('move from one identity of the file to another', async () => {
    await apply(YAML)
    const moved = `${YAML.replace(/ {4}subjects:\n.*\n/, '    subjects: []\n').replace(
      'issuers:',
      `  - name: builds\n    kind: pipeline\n    subjects: [{ issuer: ${CI}, subject: acme/app }]\nissuers:`,
    )}`
    await apply(moved)
    expect(await bindings()).toEqual(['builds ← repository=acme/app via apply'])
  })

  it('are bound anew when another claim of the issuer counts', async () => {
    await apply(YAML)
    await apply(changed(YAML, 'identityClaim: repository', 'identityClaim: sub'))
    expect(await bindings()).toEqual(['deploys ← acme/app via apply'])
  })

  it('need an issuer that is known, and are named once', async () => {
    expect(
      await problemsOf(`identities:
  - { name: a, kind: agent, subjects: [{ issuer: "https://nobody.test", subject: x }] }
  - { name: b, kind: agent, subjects: [{ issuer: "${CI}", subject: x }] }
  - { name: c, kind: agent, subjects: [{ issuer: "${CI}", subject: x }] }
issuers: [{ issuer: "${CI}", kind: agent }]
`),
    ).toEqual(['2: issuer https://nobody.test is neither in this file nor known here', `4: x of ${CI} is named twice`])
  })
})
