import type { LookupFunction } from 'node:net'
import { describe, expect, it } from 'vitest'
import { guardedLookup, isForbiddenAddress, namesForbiddenAddress } from './egress'

describe('addresses a connection may lead to', () => {
  it.each([
    '169.254.169.254',
    '169.254.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::169.254.169.254',
    '64:ff9b::169.254.169.254',
    '2002:a9fe:a9fe::1',
    'fe80::1',
    'fe80::1%eth0',
    '[fe80::1]',
    'febf::1',
    'fd00:ec2::254',
    '100.100.100.200',
    '224.0.0.1',
    'ff02::1',
    'not-an-address',
    '',
  ])('refuses %s', (address) => {
    expect(isForbiddenAddress(address)).toBe(true)
  })

  it.each(['127.0.0.1', '10.0.0.5', '192.168.1.1', '172.16.0.1', '8.8.8.8', '::1', 'fd12::1', '::ffff:127.0.0.1'])(
    'allows %s',
    (address) => {
      expect(isForbiddenAddress(address)).toBe(false)
    },
  )

  it.each([
    'http://169.254.169.254/mcp',
    'http://0251.0376.0251.0376/mcp',
    'http://0xa9fea9fe/mcp',
    'http://2852039166/mcp',
    'http://[::ffff:169.254.169.254]/mcp',
  ])('sees through the spelling %s', (url) => {
    expect(namesForbiddenAddress(new URL(url))).toBe(true)
  })
})

describe('a guarded lookup', () => {
  const answering = (address: string | { address: string; family: number }[]): LookupFunction => {
    return (_hostname, _options, callback) => callback(null, address, 4)
  }
  const resolve = (lookup: LookupFunction) =>
    new Promise((done) => lookup('name', { all: true }, (error, address) => done(error?.message ?? address)))

  it('refuses a name that leads to a metadata address, even beside a harmless one', async () => {
    const mixed = [
      { address: '10.0.0.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ]
    expect(await resolve(guardedLookup(answering('169.254.169.254')))).toMatch(/may not have/)
    expect(await resolve(guardedLookup(answering(mixed)))).toMatch(/may not have/)
  })

  it('passes on what is allowed', async () => {
    expect(await resolve(guardedLookup(answering('10.0.0.1')))).toBe('10.0.0.1')
  })
})
