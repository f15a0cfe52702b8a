import { describe, expect, it } from 'vitest'
import { readEnv } from '@/lib/env'
import { gatewayEnvironment, webEnvironment } from './child-environment'

const OWNER = 'postgresql://owner:pw@127.0.0.1:1/x'
const RESTRICTED = 'postgresql://restricted:pw@127.0.0.1:1/x'
const facts = (source: Record<string, string> = {}) => ({
  settings: readEnv(source),
  secret: 'the secret of the instance',
  dev: false,
  ports: { database: 1, oidc: 2, crm: 3, everything: 4 },
  databaseUrl: OWNER,
  nextAuthSecret: 'derived',
  oidcClientSecret: 'provider secret',
})
const inherited = { PATH: '/bin', DATABASE_URL: OWNER, GATEWAY_DATABASE_URL: RESTRICTED, OIDC_CLIENT_SECRET: 'abc' }

describe("the gateway's environment", () => {
  it('holds the restricted login and nothing of the owner or of sign-in', () => {
    const environment = gatewayEnvironment({ ...facts(), databaseUrl: RESTRICTED }, inherited)
    expect(environment.GATEWAY_DATABASE_URL).toBe(RESTRICTED)
    expect(JSON.stringify(environment)).not.toContain('owner')
    expect(environment.OIDC_CLIENT_SECRET).toBeUndefined()
    expect(environment.NEXTAUTH_SECRET).toBeUndefined()
    expect(environment.PATH).toBe('/bin')
  })
})

describe("the web app's environment", () => {
  it('signs in with the demo provider unless another is configured or the demo is off', () => {
    expect(webEnvironment(facts(), {}).OIDC_ISSUER).toBe('http://127.0.0.1:2')
    expect(webEnvironment(facts({ DEMO: 'off' }), {}).OIDC_ISSUER).toBeUndefined()
    const own = { OIDC_ISSUER: 'https://idp.example' }
    expect(webEnvironment(facts(own), own).OIDC_ISSUER).toBe('https://idp.example')
  })

  it('does not hold the login of the gateways', () => {
    expect(webEnvironment(facts(), inherited).GATEWAY_DATABASE_URL).toBeUndefined()
  })
})
