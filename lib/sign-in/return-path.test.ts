import { describe, expect, it } from 'vitest'
import { sameSitePath } from './return-path'

describe('where a sign-in leads back to', () => {
  it.each([
    ['/reviews?at=1', '/reviews?at=1'],
    ['https://web.acme.test/reviews', '/reviews'],
    ['https://evil.test/', '/'],
    ['//evil.test/', '/'],
    ['/\\evil.test', '/'],
    ['\\\\evil.test', '/'],
    ['https://web.acme.test//evil.test', '/'],
    ['https://web.acme.test@evil.test/', '/'],
    ['javascript:alert(1)', '/'],
    ['http://[', '/'],
    ['', '/'],
    [null, '/'],
    [undefined, '/'],
  ])('%j is %s', (wanted, path) => expect(sameSitePath(wanted, 'https://web.acme.test')).toBe(path))
})
