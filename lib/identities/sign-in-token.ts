import { createHash, randomBytes } from 'node:crypto'

export const SIGN_IN_LINK_MINUTES = 5

/** 256 random bits; only its hash is kept. */
export const newSignInToken = (): string => `csl_${randomBytes(32).toString('base64url')}`

export const hashSignInToken = (token: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createHash('sha256').update(token).digest())
