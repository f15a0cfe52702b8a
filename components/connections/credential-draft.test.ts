import { describe, expect, it } from 'vitest'
import { credentialOf, draftOf, withoutSecrets } from './credential-draft'

describe('what a person types about a credential', () => {
  it('is none until its secret is entered', () => {
    for (const kind of ['header', 'basic', 'oauth'] as const)
      expect(credentialOf({ ...draftOf(null), kind })).toBeNull()
  })

  it('becomes a credential of its kind, with nothing of the others', () => {
    const typed = {
      ...draftOf(null),
      value: 'Bearer x',
      username: 'u',
      password: ' p ',
      address: ' https://idp.test ',
      clientId: 'c',
      clientSecret: ' s ',
      scope: ' ',
    }
    expect(credentialOf(typed)).toEqual({ kind: 'header', header: 'Authorization', value: 'Bearer x' })
    expect(credentialOf({ ...typed, kind: 'basic' })).toEqual({ kind: 'basic', username: 'u', password: ' p ' })
    expect(credentialOf({ ...typed, kind: 'oauth', addressOf: 'issuer' })).toEqual({
      kind: 'oauth',
      tokenUrl: null,
      issuer: 'https://idp.test',
      clientId: 'c',
      clientSecret: ' s ',
      scope: null,
      resource: null,
      method: 'basic',
    })
  })

  it('begins with what is stored in the clear, and keeps no secret once it is sealed', () => {
    const params = {
      issuer: 'https://idp.test',
      tokenUrl: null,
      clientId: 'c',
      scope: 'a',
      resource: null,
      method: 'post',
    }
    const draft = draftOf({ kind: 'oauth', header: 'Authorization', params })
    expect(draft).toMatchObject({ addressOf: 'issuer', address: 'https://idp.test', clientId: 'c', method: 'post' })
    expect(draftOf({ kind: 'basic', header: 'Authorization', params: { username: 'u' } })).toMatchObject({
      username: 'u',
    })
    expect(draftOf({ kind: 'header', header: 'X-Key', params: null })).toMatchObject({ header: 'X-Key', value: '' })
    const cleared = withoutSecrets({ ...draft, value: 'v', password: 'p', clientSecret: 's' })
    expect([cleared.value, cleared.password, cleared.clientSecret]).toEqual(['', '', ''])
  })
})
