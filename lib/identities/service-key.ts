import { hash, randomBytes } from 'node:crypto'

const SERVICE = 'csk_'
const PERSONAL = 'csp_'
const PREFIXES = [SERVICE, PERSONAL]
/** 256 bits in base64url. */
const RANDOM_LETTERS = 43

/** 256 random bits behind a prefix, so that secret scanners and people recognise what they found. */
const newKey = (prefix: string): string => prefix + randomBytes(32).toString('base64url')

export const newServiceKey = (): string => newKey(SERVICE)

export const newPersonalToken = (): string => newKey(PERSONAL)

/** Hex SHA-256. A key of 256 random bits needs no slow hash, and every call pays this one. */
export const hashServiceKey = (key: string): string => hash('sha256', key, 'hex')

/** What lists show to tell keys apart: too short to help anyone guess. */
export const keyHint = (key: string): string => `${key.slice(0, SERVICE.length + 4)}…`

/** A service key or a personal access token: both are found by their hash. */
export const looksLikeKey = (token: string): boolean =>
  PREFIXES.some((prefix) => token.startsWith(prefix)) &&
  token.length === SERVICE.length + RANDOM_LETTERS &&
  /^[A-Za-z0-9_-]+$/.test(token)
