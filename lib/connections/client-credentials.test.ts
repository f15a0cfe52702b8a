import { describe, expect, it } from 'vitest'
import { metadataUrls, NoToken, readTokenAnswer, tokenRequest } from './client-credentials'
import type { OauthCredential } from './credential-input'

const CLIENT: OauthCredential = {
  kind: 'oauth',
  tokenUrl: 'https://idp.acme.test/token',
  issuer: null,
  clientId: 'count er:sign',
  clientSecret: 's3cr%t+&:ü'.replace('ü', 'u'),
  scope: 'crm.read crm.write',
  resource: 'https://crm.acme.test/mcp',
  method: 'basic',
}

describe('a request for a token', () => {
  it('proves the client in the header, encoded as the standard says', () => {
    const { body, headers } = tokenRequest(CLIENT)
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'crm.read crm.write',
      resource: 'https://crm.acme.test/mcp',
    })
    const [id, secret] = Buffer.from(headers.authorization!.slice(6), 'base64').toString().split(':')
    expect([id, secret]).toEqual(['count+er%3Asign', 's3cr%25t%2B%26%3Au'])
  })

  it('or in the form, and then nowhere else', () => {
    const { body, headers } = tokenRequest({ ...CLIENT, method: 'post', scope: null, resource: null })
    expect(headers).not.toHaveProperty('authorization')
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'client_credentials',
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
    })
  })
})

describe('what a token endpoint answers', () => {
  const token = (more: object = {}) =>
    JSON.stringify({ access_token: 'abc', token_type: 'Bearer', expires_in: 60, ...more })

  it('is a token and how long it is good for', () => {
    expect(readTokenAnswer(200, token())).toEqual({ value: 'abc', seconds: 60 })
    expect(readTokenAnswer(200, token({ token_type: 'bearer', expires_in: '3600' }))).toEqual({
      value: 'abc',
      seconds: 3600,
    })
    expect(readTokenAnswer(200, token({ expires_in: undefined }))).toEqual({ value: 'abc', seconds: 300 })
  })

  it.each([
    [200, '', 'gave no token'],
    [200, '<html>', 'gave no token'],
    [200, token({ access_token: 'a b' }), 'gave no token'],
    [200, token({ access_token: 'a\r\nx: y' }), 'gave no token'],
    [200, token({ access_token: '' }), 'gave no token'],
    [200, token({ token_type: 'DPoP' }), 'another type'],
    [200, token({ expires_in: 0 }), 'has expired'],
    [200, token({ expires_in: -1 }), 'has expired'],
    [401, '{"error":"invalid_client","error_description":"canary"}', 'refuses this client (invalid_client)'],
    [400, '{"error":"canary"}', 'refuses this client.'],
    [302, '', 'answered HTTP 302'],
    [503, 'canary', 'answered HTTP 503'],
  ])('or %i %s: none, in our words', (status, text, problem) => {
    expect(() => readTokenAnswer(status, text)).toThrow(NoToken)
    expect(() => readTokenAnswer(status, text)).toThrow(problem)
    expect(() => readTokenAnswer(status, text)).not.toThrow('canary')
  })
})

it('metadata of an issuer is where the two standards put it', () => {
  expect(metadataUrls('https://idp.acme.test/tenant/')).toEqual([
    'https://idp.acme.test/.well-known/oauth-authorization-server/tenant',
    'https://idp.acme.test/tenant/.well-known/openid-configuration',
  ])
})
