import { Cue } from '@/lib/masking/cues'
import {
  type ContextWords,
  contextWords,
  type Detector,
  type Finding,
  type Subject,
  withoutOverlaps,
} from '@/lib/masking/detector'
import { isPassword, isRandom, isStandIn } from '@/lib/masking/secret-value'

const PASSWORDS = [
  'pass[ _-]?words?', 'passwd', 'pwd', 'pass[ _-]?phrases?', 'pass[ _-]?codes?', 'contraseñas?', 'kennwort', 'passwort', 'senha', 'mot de passe', 'psk',
] // biome-ignore format: words read better in rows
/** Not cursors: `pageToken`, `next_token`, `progressToken`; not counts: `max_tokens`. */
const TOKENS = [
  '(?<!(?:page|next|prev(?:ious)?|continu(?:e|ation)|sync|progress|cursor|resume|pagination|start(?:ing)?|skip|last|delta|idempotency|change|max|min|total|input|output|prompt|completion|cached?|stop|special|count)[ _-]?)(?:(?:access|refresh|auth(?:entication|orization)?|api|bearer|id|session|bot|secret|private|personal|security|csrf|xsrf|deploy|registration|app|user|client|service|webhook|verification|signing)[ _-]?)?tokens?(?![ _-]?(?:s|types?|counts?|limits?|usage|ids?|urls?|uris?|endpoints?|names?|expir[a-z]{0,6}|budget|length|size|price|cost)(?![a-z]))',
  '(?:api|access|auth|secret|private|signing|encryption|session|master|license|webhook|account|client)[ _-]?keys?(?![ _-]?(?:ids?|names?|types?|versions?|arns?|size|length|path|file)(?![a-z]))',
  '(?:client|app|consumer|webhook|signing|shared|api|oauth|jwt|session|cookie)?[ _-]?secrets?(?![ _-]?(?:names?|ids?|arns?|versions?|manager|path|refs?|types?)(?![a-z]))',
  'credentials?',
  'authorization',
]
const PASSWORD_WORDS = contextWords(PASSWORDS)
const TOKEN_WORDS = contextWords(TOKENS)

/** `password: "…"`, `API_KEY=…`, `token is …`, `"secret": "…"` in text that is not JSON. */
const ASSIGNED =
  /["'`\])]{0,3}[ \t]{0,4}(?:[:=]{1,2}>?|=>|\bis\b|\bwas\b)[ \t]{0,4}(?:(?:bearer|basic|token)[ \t]{1,4})?(["'`]?)([^\s"'`,;<>()[\]{}]{4,512})/iy
const AUTHORIZATION = /\b(bearer|basic)[ \t]{1,4}([A-Za-z0-9_\-+/=.~]{8,2048})/gi

/**
 * Passwords, and long random values, where a word or the key says that they are secret. Random values alone are not: ids,
 * cursors, hashes and digests look the same.
 */
export const secret: Detector = {
  type: 'SECRET',
  cues: Cue.secretWord,
  find(subject: Subject): Finding[] {
    const { text } = subject
    const whole = text.trim()
    if (whole === text && !/[\s]/.test(text)) {
      if (subject.isNamedBy(PASSWORD_WORDS) && isPassword(text, true)) return [all(text)]
      if (subject.isNamedBy(TOKEN_WORDS) && isRandom(text)) return [all(text)]
    }
    const found: Finding[] = []
    for (const { words, isSecret } of KINDS) {
      for (const end of subject.endsOf(words)) {
        ASSIGNED.lastIndex = end
        const match = ASSIGNED.exec(text)
        if (match === null) continue
        const value = match[2]!.replace(/[.!?:]+$/, '')
        const start = ASSIGNED.lastIndex - match[2]!.length
        if (!isSecret(value, match[1] !== '')) continue
        found.push({ start, end: start + value.length, value })
      }
    }
    for (const match of text.matchAll(AUTHORIZATION)) {
      const value = match[2]!
      const start = match.index + match[0].length - value.length
      const isCredential = match[1]!.toLowerCase() === 'basic' ? isUserAndPassword(value) : isRandom(value)
      if (isCredential && !isStandIn(value)) found.push({ start, end: start + value.length, value })
    }
    return withoutOverlaps(found)
  },
}

const KINDS: readonly { words: ContextWords; isSecret(value: string, isQuoted: boolean): boolean }[] = [
  { words: PASSWORD_WORDS, isSecret: isPassword },
  { words: TOKEN_WORDS, isSecret: (value) => isRandom(value) && !isStandIn(value) },
]

const all = (text: string): Finding => ({ start: 0, end: text.length, value: text })

const isUserAndPassword = (value: string): boolean =>
  /^[\x20-\x7e]+:[\x20-\x7e]*$/.test(Buffer.from(value, 'base64').toString('latin1'))
