import { describe, expect, it } from 'vitest'
import { fitProblem, readBearerClaims } from './bearer-claims'
import { type Issuer, issuerDigest } from './issuer'

const NOW = new Date('2026-11-27T12:00:00Z')
const at = (minutes: number) => NOW.getTime() / 1000 + minutes * 60

const ISSUER: Issuer = {
  id: 'iss_1',
  issuer: 'https://idp.acme.test',
  audience: 'countersign',
  identityClaim: 'sub',
  groupsClaim: null,
  groupGlobs: ['*'],
  emailDomains: [],
  kind: 'human',
  requiredClaims: {},
  requiredScope: null,
  jwksUri: null,
  algorithms: ['RS256'],
  acceptsIdTokens: false,
}

const read = (claims: object, issuer: Partial<Issuer> = {}) =>
  readBearerClaims({ iss: ISSUER.issuer, sub: 's-1', exp: at(5), ...claims }, { ...ISSUER, ...issuer }, NOW)
const bearer = (claims: object, issuer: Partial<Issuer> = {}) => {
  const result = read(claims, issuer)
  if (!result.ok) throw new Error(JSON.stringify(result))
  return result.bearer
}
const reason = (claims: object, issuer: Partial<Issuer> = {}) => {
  const result = read(claims, issuer)
  return result.ok ? null : result.reason
}

describe('the time of a token', () => {
  it.each([
    ['ended ten minutes ago', { exp: at(-10) }, 'expired_credential'],
    ['ended a minute ago', { exp: at(-1) }, 'expired_credential'],
    ['ended less than the leeway ago', { exp: at(-0.9) }, null],
    ['is to begin in ten minutes', { nbf: at(10) }, 'unknown_credential'],
    ['is to begin within the leeway', { nbf: at(0.9) }, null],
    ['was issued in ten minutes', { iat: at(10) }, 'unknown_credential'],
    ['was issued within the leeway', { iat: at(1) }, null],
    ['has no end', { exp: undefined }, 'unknown_credential'],
    ['has an end that is text', { exp: String(at(5)) }, 'unknown_credential'],
    ['ends past all calendars', { exp: 1e300 }, 'unknown_credential'],
    ['ends before time', { exp: -1 }, 'unknown_credential'],
    ['begins at a text', { nbf: 'now' }, 'unknown_credential'],
    ['begins at null', { nbf: null }, 'unknown_credential'],
  ])('that %s: %j', (_what, claims, expected) => expect(reason(claims)).toBe(expected))

  it('is kept with the leeway in it, so that a stream ends when the next call would be refused', () => {
    const { endsAt } = bearer({ exp: at(5) })
    expect(endsAt).toEqual(new Date(NOW.getTime() + 6 * 60_000))
    expect(readBearerClaims({ iss: '', sub: 'x', exp: at(5) }, ISSUER, endsAt).ok).toBe(false)
  })
})

describe('whose a token is', () => {
  it.each([
    ['sub', { sub: 's-1' }, 's-1'],
    ['email', { sub: 's-1', email: 'dana@acme.test' }, 's-1'],
    ['repository', { sub: 'repo:acme/app:ref:main', repository: 'acme/app' }, 'repository=acme/app'],
    ['repository_id', { repository_id: 42 }, 'repository_id=42'],
    ['ext.user', { ext: { user: 'u1' } }, 'ext.user=u1'],
  ])('by the claim %s', (identityClaim, claims, subject) => {
    expect(bearer(claims, { identityClaim }).subject).toBe(subject)
  })

  it.each([
    ['missing', { sub: undefined }, 'sub'],
    ['empty', { sub: '' }, 'sub'],
    ['blank', { sub: '  ' }, 'sub'],
    ['no text', { sub: 7 }, 'sub'],
    ['endless', { sub: 'x'.repeat(501) }, 'sub'],
    ['a list', { repository: ['a', 'b'] }, 'repository'],
    ['a fraction', { repository_id: 0.5 }, 'repository_id'],
  ])('is unknown where that is %s', (_what, claims, identityClaim) => {
    expect(reason(claims, { identityClaim })).toBe('unknown_credential')
  })

  it('no `sub` spells what another claim says', () => {
    expect(bearer({ sub: 'oid=1' }).subject).toBe('oid=1')
    expect(bearer({ oid: '1' }, { identityClaim: 'oid' }).subject).toBe('oid=1')
    // The same text, and never in force together: which claim counts is part of what a token was verified by.
    expect(issuerDigest(ISSUER)).not.toBe(issuerDigest({ ...ISSUER, identityClaim: 'oid' }))
  })

  it.each([
    [{ email: 'dana@acme.test', email_verified: true }, 'dana@acme.test'],
    [{ email: 'dana@acme.test', email_verified: 'true' }, 'dana@acme.test'],
    [{ email: 'dana@acme.test', xms_edov: true }, 'dana@acme.test'],
    [{ email: 'dana@acme.test', xms_edov: '1' }, 'dana@acme.test'],
    [{ email: 'dana@acme.test' }, null],
    [{ email: 'dana@acme.test', email_verified: false }, null],
    [{ email: 'dana@acme.test', email_verified: 'yes' }, null],
    [{ upn: 'dana@acme.test', preferred_username: 'dana@acme.test', email_verified: true }, null],
    [{ email: ['dana@acme.test'], email_verified: true }, null],
  ])('has the address in %j only if it was verified', (claims, expected) => {
    expect(bearer(claims).verifiedEmail).toBe(expected)
  })

  it.each([
    ['RFC 9068', { sub: 'ci', client_id: 'ci' }],
    ['Okta', { sub: '0oa1', cid: '0oa1' }],
    ['Entra ID', { sub: 'x', appid: 'y', idtyp: 'app' }],
    ['Entra ID without the claim that says so', { sub: 'o-1', oid: 'o-1', azp: 'y', roles: ['Tools.Call'] }],
    ['Auth0', { sub: 'abc@clients', gty: 'client-credentials', azp: 'abc' }],
    ['Keycloak', { sub: 'uuid', azp: 'CI', preferred_username: 'service-account-ci' }],
    ['Google', { sub: '1042', azp: '1042', email: 'ci@p.iam.gserviceaccount.com' }],
  ])('is nobody’s own but a client’s, as %s marks it, and so needs an owner', (_issuer, claims) => {
    expect(bearer(claims).kind).toBe('service')
    expect(bearer(claims, { kind: 'pipeline' }).kind).toBe('pipeline')
  })

  it('a person’s token through a client stays a person’s', () => {
    expect(bearer({ sub: 'uuid', azp: 'ci', client_id: 'ci', preferred_username: 'dana' }).kind).toBe('human')
    expect(bearer({ sub: 'pairwise', oid: 'o-1', azp: 'y', scp: 'mcp' }).kind).toBe('human')
  })
})

describe('group claims', () => {
  const groups = (claims: object, issuer: Partial<Issuer> = {}) =>
    bearer(claims, { groupsClaim: 'groups', ...issuer }).groups

  it('are read only where the issuer is asked for them', () => {
    expect(bearer({ groups: ['eng'] }).groups).toBeNull()
    expect(groups({ groups: ['eng', 'eng', ' ops '] })).toEqual(['eng', 'ops'])
    expect(groups({ groups: 'eng' })).toEqual(['eng'])
    expect(groups({ realm_access: { roles: ['admin'] } }, { groupsClaim: 'realm_access.roles' })).toEqual(['admin'])
  })

  it('that are missing are none: issuers leave empty lists out', () => {
    expect(groups({})).toEqual([])
    expect(groups({ groups: null })).toEqual([])
  })

  it('name only what the issuer may speak of, and what can be a group', () => {
    expect(
      groups({ groups: ['eng-a', 'finance', 'a:b', 'x'.repeat(201), ''] }, { groupGlobs: ['eng-*', 'a*'] }),
    ).toEqual(['eng-a'])
  })

  it.each([
    ['Entra ID leaves out for their number', { _claim_names: { groups: 'src1' }, _claim_sources: { src1: {} } }],
    ['Entra ID leaves out of a short token', { hasgroups: true }],
    ['are too many', { groups: Array.from({ length: 501 }, (_, i) => `g${i}`) }],
    ['are no list', { groups: { eng: true } }],
  ])('that %s are unknown, which denies', (_what, claims) => {
    expect(reason(claims, { groupsClaim: 'groups' })).toBe('groups_unknown')
  })
})

describe('tokens for another use', () => {
  it.each([
    ['nonce', { nonce: 'n' }],
    ['at_hash', { at_hash: 'h' }],
    ['Cognito', { token_use: 'id' }],
    ['Keycloak', { typ: 'ID' }],
  ])('an ID token (%s) gives no access, unless its issuer has nothing else', (_sign, claims) => {
    expect(reason(claims)).toBe('unknown_credential')
    expect(reason(claims, { acceptsIdTokens: true })).toBeNull()
  })

  it('an access token that repeats a nonce is none', () => {
    expect(reason({ nonce: 'n', typ: 'Bearer' })).toBeNull()
  })

  it.each([
    ['bound to a key', { cnf: { jkt: 'x' } }],
    ['about a logout', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ])('one %s is refused', (_what, claims) => {
    expect(reason(claims, { acceptsIdTokens: true })).toBe('unknown_credential')
  })

  it('one of another part of a shared issuer is refused', () => {
    const requiredClaims = { repository_owner: ['acme'], 'k8s.ns': ['a', 'b'], verified: ['true'] }
    const own = { repository_owner: 'acme', k8s: { ns: 'b' }, verified: true }
    expect(reason(own, { requiredClaims })).toBeNull()
    for (const other of [
      { ...own, repository_owner: 'Acme' },
      { ...own, repository_owner: undefined },
      { ...own, k8s: { ns: 'c' } },
      { ...own, verified: { toString: 'true' } },
    ]) {
      expect(reason(other, { requiredClaims })).toBe('unknown_credential')
    }
    expect(reason({}, { requiredClaims: { x: ['undefined'] } })).toBe('unknown_credential')
    expect(reason({ ns: 'acme/x' }, { requiredClaims: { ns: ['acme', 'acme/*'] } })).toBeNull()
    expect(reason({ ns: 'acme-evil/x' }, { requiredClaims: { ns: ['acme', 'acme/*'] } })).toBe('unknown_credential')
    expect(reason({ hd: ['other', 'acme.test'] }, { requiredClaims: { hd: ['acme.test'] } })).toBeNull()
  })
})

describe('a token and a connection', () => {
  const HERE = ['https://gw.test/crm/mcp', 'https://crm.gw.test/mcp']
  const fits = (claims: object, issuer: Partial<Issuer> = {}) => {
    const merged = { ...ISSUER, ...issuer }
    return fitProblem(bearer(claims, issuer), merged, HERE)
  }

  it.each([
    ['its issuer’s audience', { aud: 'countersign' }, null],
    ['the connection', { aud: 'https://gw.test/crm/mcp' }, null],
    ['the connection by host name', { aud: ['x', 'https://crm.gw.test/mcp'] }, null],
    ['another connection', { aud: 'https://gw.test/hr/mcp' }, 'wrong_audience'],
    ['a longer path', { aud: 'https://gw.test/crm/mcp/x' }, 'wrong_audience'],
    ['something else', { aud: 'other' }, 'wrong_audience'],
    ['nothing', {}, 'wrong_audience'],
    ['no text', { aud: { 0: 'countersign' } }, 'wrong_audience'],
  ])('for %s', (_what, claims, expected) => expect(fits(claims)).toBe(expected))

  it('an issuer without an audience needs the connection’s own', () => {
    expect(fits({ aud: 'countersign' }, { audience: null })).toBe('wrong_audience')
    expect(fits({}, { audience: null })).toBe('wrong_audience')
    expect(fits({ aud: 'https://gw.test/crm/mcp' }, { audience: null })).toBeNull()
  })

  it.each([
    [{ scope: 'a mcp b' }, null],
    [{ scp: ['mcp'] }, null],
    [{ scp: 'a mcp' }, null],
    [{ scope: 'mcp:read' }, 'insufficient_scope'],
    [{}, 'insufficient_scope'],
  ])('with the scopes %j', (claims, expected) => {
    expect(fits({ aud: 'countersign', ...claims }, { requiredScope: 'mcp' })).toBe(expected)
  })
})
