import { describe, expect, it } from 'vitest'
import { CredentialHeader, CredentialValue, leavesOrigin, upstreamUrlProblem } from './target'

describe('an upstream address', () => {
  it.each([
    'http://127.0.0.1:3101/mcp',
    'https://mcp.acme.test/v1/mcp?toolsets=a',
    'http://[::1]:9/mcp',
    'http://10.0.0.8/mcp',
  ])('may be %s', (url) => expect(upstreamUrlProblem(url)).toBeNull())

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:169.254.169.254]/',
    'http://0251.0376.0251.0376/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'file:///etc/passwd',
    'ftp://acme.test/',
    'http://user:pass@acme.test/mcp',
    'https://acme.test/mcp?api_key=abc',
    'https://acme.test/mcp#x',
    'not a url',
    '',
  ])('may not be %j', (url) => expect(upstreamUrlProblem(url)).not.toBeNull())

  it('has the credential entered again when it moves to another origin, not to another path', () => {
    expect(leavesOrigin('https://a.test/mcp', 'https://a.test/other')).toBe(false)
    expect(leavesOrigin('https://a.test/mcp', 'https://a.test:8443/mcp')).toBe(true)
    expect(leavesOrigin('https://a.test/mcp', 'http://a.test/mcp')).toBe(true)
  })
})

describe('a credential', () => {
  it.each(['Host', 'content-length', 'Transfer-Encoding', 'Mcp-Session-Id', 'bad name', 'a:b', ''])(
    'may not travel as %j',
    (name) => expect(CredentialHeader.safeParse(name).success).toBe(false),
  )

  it.each(['a\r\nX-Evil: 1', 'a\nb', ' padded', 'ключ', ''])('may not be %j', (value) => {
    expect(CredentialValue.safeParse(value).success).toBe(false)
  })

  it('may be a bearer token in any header that is not the protocol’s', () => {
    expect(CredentialHeader.safeParse('X-Api-Key').success && CredentialValue.safeParse('Bearer s3cret').success).toBe(
      true,
    )
  })
})
