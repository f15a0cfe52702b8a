import { isUtf8 } from 'node:buffer'

/** A text that was found under Base64, and how to put another one in its place. */
export interface Base64 {
  text: string
  isUrlSafe: boolean
  isPadded: boolean
}

const MIN_LENGTH = 24
/** As many characters as tell most that is not text from text. */
const FIRST_LOOK = 32
const ALPHABET = /^[A-Za-z0-9+/_\r\n-]+={0,2}[\r\n]*$/

/** What `source` encodes, if it is Base64 (RFC 4648, either alphabet, broken into lines or not) of a text in UTF-8. */
export function openBase64(source: string): Base64 | null {
  if (source.length < MIN_LENGTH) return null
  if (!isTextSoFar(Buffer.from(source.slice(0, FIRST_LOOK), 'base64'))) return null
  if (!ALPHABET.test(source)) return null
  const bytes = Buffer.from(source, 'base64')
  if (!isUtf8(bytes) || !isTextSoFar(bytes)) return null
  const isPadded = source.replace(/[\r\n]/g, '').length % 4 === 0
  return { text: bytes.toString('utf8'), isUrlSafe: /[-_]/.test(source), isPadded }
}

/** In the same alphabet, padded unless the first one lacked it. Line breaks are not made again. */
export function closeBase64({ isUrlSafe, isPadded }: Base64, text: string): string {
  const bare = Buffer.from(text, 'utf8')
    .toString(isUrlSafe ? 'base64url' : 'base64')
    .replace(/=+$/, '')
  return isPadded ? bare.padEnd(Math.ceil(bare.length / 4) * 4, '=') : bare
}

function isTextSoFar(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false
  return true
}
