import { Cue } from '@/lib/masking/cues'
import { type Detector, type Finding, isWordCode, type Subject } from '@/lib/masking/detector'

const TOKEN = /eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{2,16000}(?:\.[A-Za-z0-9_-]{0,16000}){1,3}/y

/** JSON Web Tokens, signed or encrypted (RFC 7519): parts in Base64url, the first of which is a JSON object with `alg`. */
export const jwt: Detector = {
  type: 'JWT',
  cues: Cue.jwt,
  find({ text }: Subject): Finding[] {
    const found: Finding[] = []
    for (let at = text.indexOf('eyJ'); at >= 0; at = text.indexOf('eyJ', at + 3)) {
      if (isWordCode(text.charCodeAt(at - 1))) continue
      TOKEN.lastIndex = at
      const [token] = TOKEN.exec(text) ?? []
      if (token === undefined || !isHeader(token.slice(0, token.indexOf('.')))) continue
      found.push({ start: at, end: at + token.length, value: token })
      at += token.length - 3
    }
    return found
  },
}

function isHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof header === 'object' && header !== null && 'alg' in header
  } catch {
    return false
  }
}
