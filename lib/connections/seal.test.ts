import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSealedWith, keyIdOf, openCredential, sealCredential } from './seal'

const OLD = 'the secret of last year'
const NEW = 'the secret of this year'

/** As it was sealed before there were key ids. */
function sealedLongAgo(secret: string, boundTo: string, value: string): Buffer {
  const nonce = randomBytes(12)
  const key = Buffer.from(hkdfSync('sha256', secret, 'countersign', 'seal upstream credentials', 32))
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo))
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(1), nonce, cipher.getAuthTag(), sealed])
}

describe('a sealed value', () => {
  it('opens with its secret, for what it was sealed for, and whole', () => {
    const sealed = sealCredential(NEW, 'con_a', 'Bearer t')
    expect(openCredential(NEW, 'con_a', sealed)).toBe('Bearer t')
    expect(() => openCredential(NEW, 'con_b', sealed)).toThrow()
    expect(() => openCredential(OLD, 'con_a', sealed)).toThrow()
    for (let i = 0; i < sealed.length; i++) {
      const altered = Buffer.from(sealed)
      altered[i]! ^= 1
      expect(() => openCredential(NEW, 'con_a', altered)).toThrow()
      expect(() => openCredential(NEW, 'con_a', sealed.subarray(0, i))).toThrow()
    }
  })

  it('opens with either of two secrets while one takes the place of the other', () => {
    const secrets = { current: NEW, previous: OLD }
    for (const sealed of [
      sealCredential(NEW, 'c', 'x'),
      sealCredential(OLD, 'c', 'x'),
      sealedLongAgo(NEW, 'c', 'x'),
      sealedLongAgo(OLD, 'c', 'x'),
    ]) {
      expect(openCredential(secrets, 'c', sealed)).toBe('x')
    }
    expect(() => openCredential(secrets, 'c', sealCredential('a third', 'c', 'x'))).toThrow('another secret')
    expect(() => openCredential(secrets, 'c', sealedLongAgo('a third', 'c', 'x'))).toThrow()
  })

  it('says which secret it is under, and nothing about the secret', () => {
    expect(isSealedWith(NEW, sealCredential(NEW, 'c', 'x'))).toBe(true)
    expect(isSealedWith(NEW, sealCredential(OLD, 'c', 'x'))).toBe(false)
    expect(isSealedWith(NEW, sealedLongAgo(NEW, 'c', 'x'))).toBe(false)
    expect(keyIdOf(NEW)).toMatch(/^[0-9a-f]{16}$/)
    expect(keyIdOf(NEW)).not.toBe(keyIdOf(OLD))
  })
})
