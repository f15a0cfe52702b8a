import { describe, expect, it } from 'vitest'
import { metadataUrlOf, placeOf, resourceOf, resourcesOf, targetOf } from './address'

const place = placeOf({
  publicUrl: 'https://gateway.example:8443',
  webUrl: 'https://app.gateway.example',
  bind: '0.0.0.0',
  alsoHosts: ['gateway'],
})
const at = (host: string | undefined, path: string) => targetOf(place, host, path, '10.0.0.7')
const crm = (base: string | null, endpoint: 'mcp' | 'sse' = 'mcp') => ({ slug: 'crm', endpoint, base })

describe('which connection is meant', () => {
  it.each([
    ['gateway.example', '/crm/mcp', crm(null)],
    ['GATEWAY.example:8443', '/crm/sse', crm(null, 'sse')],
    ['gateway:4000', '/crm/mcp', crm(null)],
    ['10.0.0.7:4000', '/crm/mcp', crm(null)],
    ['[::1]:4000', '/crm/mcp', crm(null)],
    ['crm.gateway.example', '/mcp', crm('gateway.example')],
    ['CRM.Gateway.Example:8443', '/sse', crm('gateway.example', 'sse')],
    ['crm.localhost:4000', '/mcp', crm('localhost')],
  ])('%s%s is a connection', (host, path, address) => {
    expect(at(host, path)).toEqual({ kind: 'connection', address, mailbox: null })
  })

  it('finds where the messages of a stream go, below its address and nowhere else', () => {
    const mailbox = `Az09_-${'x'.repeat(40)}`
    const address = crm(null, 'sse')
    expect(at('gateway.example', `/crm/sse/${mailbox}`)).toEqual({ kind: 'connection', address, mailbox })
    expect(at('crm.gateway.example', `/sse/${mailbox}`)).toMatchObject({
      address: crm('gateway.example', 'sse'),
      mailbox,
    })
    expect(at('gateway.example', '/sse/sse')).toMatchObject({
      address: { slug: 'sse', endpoint: 'sse' },
      mailbox: null,
    })
    for (const path of [`/crm/mcp/${mailbox}`, `/crm/sse/${mailbox}/x`, `/crm/sse/${mailbox}%2e`, '/crm/sse/short']) {
      expect(at('gateway.example', path)).toEqual({ kind: 'nothing' })
    }
  })

  it.each([
    ['gateway.example', '/.well-known/oauth-protected-resource/crm/mcp', crm(null)],
    ['crm.gateway.example', '/.well-known/oauth-protected-resource/mcp', crm('gateway.example')],
  ])('%s%s is its metadata', (host, path, address) => {
    expect(at(host, path)).toEqual({ kind: 'metadata', address })
  })

  it.each([
    ['gateway.example', '/mcp'],
    ['gateway.example', '/crm'],
    ['gateway.example', '/crm/mcp/'],
    ['gateway.example', '/crm/mcp/more'],
    ['gateway.example', '//mcp'],
    ['gateway.example', '/CRM/mcp'],
    ['gateway.example', '/%63rm/mcp'],
    ['gateway.example', '/../mcp'],
    ['crm.gateway.example', '/billing/mcp'],
    ['crm.gateway.example', '/crm/mcp'],
    ['crm.gateway.example', '/mcp/'],
    ['crm.gateway.example', '/.well-known/oauth-protected-resource/billing/mcp'],
    ['crm.gateway.example', '/.well-known/oauth-protected-resource/'],
  ])('%s%s is nothing', (host, path) => {
    expect(at(host, path)).toEqual({ kind: 'nothing' })
  })

  it.each([
    ['evil.test'],
    ['10.0.0.8'],
    [undefined],
    [''],
    ['gateway.example.evil.test'],
    ['evilgateway.example'],
    ['.gateway.example'],
    ['-.gateway.example'],
    ['a.b.gateway.example'],
    ['crm.gateway.example.'],
    ['gateway.example@evil.test'],
    ['app.gateway.example'],
    [`${'a'.repeat(64)}.gateway.example`],
  ])('%s is not ours', (host) => {
    expect(at(host, '/mcp')).toEqual({ kind: 'foreign' })
  })
})

describe('the name of a resource', () => {
  it('is the URL it was asked by, with its metadata at the same host', () => {
    expect(resourceOf(place, crm(null))).toBe('https://gateway.example:8443/crm/mcp')
    expect(metadataUrlOf(place, crm(null))).toBe(
      'https://gateway.example:8443/.well-known/oauth-protected-resource/crm/mcp',
    )
    expect(resourceOf(place, crm('gateway.example'))).toBe('https://crm.gateway.example:8443/mcp')
    expect(metadataUrlOf(place, crm('gateway.example', 'sse'))).toBe(
      'https://crm.gateway.example:8443/.well-known/oauth-protected-resource/sse',
    )
    expect(resourcesOf(place, 'crm')).toContain('https://crm.gateway.example:8443/sse')
  })

  it('is below another name when one is set, and below none where the gateway is known by an address', () => {
    const names = { publicUrl: 'http://127.0.0.1:4000', webUrl: 'http://127.0.0.1:3000', bind: '127.0.0.1' }
    expect(placeOf(names).bases).toEqual(['localhost'])
    expect(placeOf({ ...names, base: 'mcp.acme.test' }).bases).toEqual(['mcp.acme.test', 'localhost'])
  })
})
