import { createHash, randomBytes } from 'node:crypto'

const PREFIX = 'csk_'

/** 256 random bits behind `csk_`, so that secret scanners and people recognise what they found. */
export const newServiceKey = (): string => PREFIX + randomBytes(32).toString('base64url')

/** Hex SHA-256. A key of 256 random bits needs no slow hash, and every call pays this one. */
export const hashServiceKey = (key: string): string => createHash('sha256').update(key).digest('hex')

/** What lists show to tell keys apart: too short to help anyone guess. */
export const keyHint = (key: string): string => `${key.slice(0, PREFIX.length + 4)}…`

export const looksLikeServiceKey = (token: string): boolean =>
  token.startsWith(PREFIX) && token.length === PREFIX.length + 43 && /^[A-Za-z0-9_-]+$/.test(token)
