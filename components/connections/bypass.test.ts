import { describe, expect, it } from 'vitest'
import { bypassOf } from './bypass'
import { slugFrom } from './slug'

const checked = {
  transport: 'http',
  health: 'ok' as const,
  credentialHeader: 'Authorization',
  answersWithoutCredential: false,
}

describe('whether a connection can be reached around the gateway', () => {
  it.each([
    ['not when the server turns the uncredentialed away', checked, null],
    ['when it answers without the credential', { ...checked, answersWithoutCredential: true }, 'ignores-credential'],
    [
      'when it never asked for one',
      { ...checked, credentialHeader: null, answersWithoutCredential: null },
      'asks-for-none',
    ],
    [
      'nothing is claimed about a server that could not be asked',
      { ...checked, health: 'unreachable' as const, credentialHeader: null, answersWithoutCredential: null },
      null,
    ],
    [
      'not when it is a process, which listens to nobody else',
      { ...checked, transport: 'stdio', credentialHeader: null, answersWithoutCredential: null },
      null,
    ],
  ])('%s', (_, connection, expected) => {
    expect(bypassOf(connection)).toBe(expected)
  })
})

describe('a first proposal for the name in the URL', () => {
  it.each([
    ['Customer CRM', 'customer-crm'],
    ['  Über-Lager (Köln)!', 'uber-lager-koln'],
    ['日本', ''],
    ['a'.repeat(80), 'a'.repeat(63)],
  ])('%s → %s', (name, slug) => {
    expect(slugFrom(name)).toBe(slug)
  })
})
