import { describe, expect, it } from 'vitest'
import { EchoFilter, NO_ECHO, secretsOfHeader } from '@/lib/connections/echo'
import { clientHeaders, findAmbiguousHeader, findFramingFault, upstreamHeaders } from './headers'

const upward = {
  host: 'crm.internal:3101',
  own: { authorization: 'Bearer ours' },
  bodyBytes: 17,
  withSession: true,
}

describe('headers to upstream', () => {
  it("never carry the client's credential, cookies or identity claims", () => {
    const headers = upstreamHeaders(
      {
        authorization: 'Bearer csk_client',
        cookie: 'a=b',
        host: 'gateway',
        'x-forwarded-user': 'admin',
        x_forwarded_user: 'admin',
        'x-auth-request-email': 'ceo@acme.test',
        forwarded: 'for=1.2.3.4',
        'proxy-authorization': 'Basic x',
        'transfer-encoding': 'chunked',
        connection: 'keep-alive',
        trailer: 'x',
        'accept-encoding': 'gzip',
        'content-length': '99',
        accept: 'application/json',
        'mcp-session-id': 's1',
        'mcp-protocol-version': '2025-11-25',
        'mcp-admin': 'yes',
      },
      upward,
    )
    expect(headers).toEqual({
      accept: 'application/json',
      'mcp-session-id': 's1',
      'mcp-protocol-version': '2025-11-25',
      host: 'crm.internal:3101',
      'accept-encoding': 'identity',
      'content-length': '17',
      authorization: 'Bearer ours',
    })
  })

  it('leave out a session that was not checked', () => {
    expect(upstreamHeaders({ 'mcp-session-id': 's1' }, { ...upward, withSession: false })).not.toHaveProperty(
      'mcp-session-id',
    )
  })
})

describe('headers to the client', () => {
  it('carry no cookies, challenges, locations or sessions of upstream', () => {
    const headers = clientHeaders(
      {
        'content-type': 'application/json',
        'set-cookie': ['a=b'],
        'www-authenticate': 'Bearer realm="upstream"',
        location: 'http://elsewhere',
        server: 'crm/1.0',
        'x-customer': 'alice@acme.test',
        'mcp-session-id': 's1',
        'mcp-anything': 'else',
        allow: 'POST',
      },
      NO_ECHO,
    )
    expect(headers).toEqual({ 'content-type': 'application/json', allow: 'POST' })
  })

  it('carry nothing sensitive: no record and no rule sees them', () => {
    const value = 'alice@acme.test'
    const leaky = ['allow', 'cache-control', 'content-type', 'mcp-protocol-version', 'retry-after', 'x-accel-buffering']
    expect(clientHeaders(Object.fromEntries(leaky.map((name) => [name, `x; y="${value}"`])), NO_ECHO)).toEqual({})
  })

  it('carry nothing of the credential that upstream was given', () => {
    const echo = new EchoFilter(secretsOfHeader('Bearer s3cret-of-ours'))
    const headers = { 'content-type': 'application/json', 'cache-control': 'private="s3cret-of-ours"' }
    expect(clientHeaders(headers, echo)).toEqual({ 'content-type': 'application/json' })
  })
})

describe('a header that can be read in two ways', () => {
  it.each([
    [['Mcp-Session-Id', 'a', 'mcp-session-id', 'b'], undefined, 'mcp-session-id'],
    [['Authorization', 'Bearer a', 'authorization', 'Bearer b'], undefined, 'authorization'],
    [['Host', 'a', 'Connection', 'close, Mcp-Session-Id'], 'close, Mcp-Session-Id', 'mcp-session-id'],
    [['Host', 'a', 'Connection', 'x-user'], 'x-user', null],
    [['Cookie', 'a', 'Cookie', 'b'], undefined, null],
  ])('%j', (raw, connection, expected) => {
    expect(findAmbiguousHeader(raw, connection)).toBe(expected)
  })
})

describe('a request that ends in one place', () => {
  const parsed = (rawHeaders: string[], more: object = {}) => {
    const headers: Record<string, string> = {}
    for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i]!.toLowerCase()] ??= rawHeaders[i + 1]!
    return { httpVersion: '1.1', method: 'POST', rawHeaders, headers, ...more } as never
  }
  const reason = (rawHeaders: string[], more?: object) => findFramingFault(parsed(rawHeaders, more))?.reason ?? null

  it.each<[string, string[], object?]>([
    ['a plain one', ['Host', 'a', 'Content-Length', '3', 'Connection', 'keep-alive']],
    ['chunks', ['Host', 'a', 'Transfer-Encoding', 'Chunked']],
    ['something twice that means nothing here', ['Host', 'a', 'Cookie', 'a', 'cookie', 'b']],
    ['an upgrade that is offered', ['Host', 'a', 'Connection', 'Upgrade, HTTP2-Settings', 'Upgrade', 'h2c']],
    ['HTTP/1.0', ['Host', 'a'], { httpVersion: '1.0' }],
    ['a DELETE that says that it has no body', ['Host', 'a', 'Content-Length', '0'], { method: 'DELETE' }],
  ])('is taken: %s', (_what, rawHeaders, more) => {
    expect(reason(rawHeaders, more)).toBeNull()
  })

  it.each<[string, string, string[], object?]>([
    ['two sessions', 'ambiguous_request', ['Host', 'a', 'Mcp-Session-Id', 'a', 'mcp-session-id', 'b']],
    ['two Hosts', 'ambiguous_request', ['Host', 'a', 'HOST', 'b']],
    ['a session that is hop-by-hop', 'ambiguous_request', ['Host', 'a', 'Connection', 'keep-alive, mcp-session-id']],
    ['two codings', 'ambiguous_request', ['Host', 'a', 'Transfer-Encoding', 'gzip, chunked']],
    ['chunks in HTTP/1.0', 'ambiguous_request', ['Host', 'a', 'Transfer-Encoding', 'chunked'], { httpVersion: '1.0' }],
    ['no Host', 'malformed_request', ['Accept', '*/*']],
    ['HTTP/2.0', 'malformed_request', ['Host', 'a'], { httpVersion: '2.0' }],
    ['a GET with a body', 'malformed_request', ['Host', 'a', 'Content-Length', '3'], { method: 'GET' }],
    ['a hundred and one headers', 'headers_too_large', Array.from({ length: 202 }, (_, i) => `h${i}`)],
  ])('is not: %s', (_what, expected, rawHeaders, more) => {
    expect(reason(rawHeaders, more)).toBe(expected)
  })
})

describe('a trace', () => {
  const SENT = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`
  const OURS = `00-${'ab'.repeat(16)}-${'ef'.repeat(8)}-01`

  it('goes up under our span, with what others say of it; and untouched where nothing is traced', () => {
    const sent = { traceparent: SENT, tracestate: 'a=b' }
    expect(upstreamHeaders(sent, { ...upward, traceparent: OURS })).toMatchObject({
      traceparent: OURS,
      tracestate: 'a=b',
    })
    expect(upstreamHeaders(sent, upward)).toMatchObject(sent)
    const begun = upstreamHeaders({ traceparent: 'nonsense', tracestate: 'a=b' }, { ...upward, traceparent: OURS })
    expect(begun).toMatchObject({ traceparent: OURS })
    expect(begun).not.toHaveProperty('tracestate')
  })
})
