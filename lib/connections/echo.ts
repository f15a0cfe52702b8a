/** Shorter ones are in every other text by chance. */
const MIN_SECRET_CHARS = 6
const REPLACEMENT = '[CREDENTIAL]'
/** The other two parts of a signed token, or as much of them as there is. */
const REST_OF_TOKEN = '(?:\\.[\\w-]+){0,2}'

/**
 * Takes out of a server's words what we gave it to prove who we are: servers quote headers and settings in their errors.
 * Plain, as JSON spells it at any depth, percent-encoded, and in base64. What a server hides on purpose it could as well
 * keep: it knows the secret.
 */
export class EchoFilter {
  private readonly anchors: string[]
  private readonly pattern: RegExp | null

  /** `tokens`: what signed tokens of ours begin with, up to the first dot; each is another one. */
  constructor(secrets: readonly string[], tokens: readonly string[] = []) {
    const spelled = new Set(secrets.filter((secret) => secret.length >= MIN_SECRET_CHARS).flatMap(spellings))
    const longestFirst = [...spelled].sort((a, b) => b.length - a.length)
    this.anchors = [...new Set([...tokens, ...longestFirst].map(anchorOf))]
    const patterns = [
      ...tokens.map((beginning) => patternOf(beginning) + REST_OF_TOKEN),
      ...longestFirst.map(patternOf),
    ]
    this.pattern = patterns.length === 0 ? null : new RegExp(patterns.join('|'), 'g')
  }

  /** A quick look, right to err on the side of yes. */
  mayBeIn(bytes: Buffer): boolean {
    return this.anchors.some((anchor) => bytes.includes(anchor))
  }

  /** The very same string when there is nothing of ours in it. */
  clean(text: string): string {
    if (this.pattern === null || !this.anchors.some((anchor) => text.includes(anchor))) return text
    return text.replace(this.pattern, REPLACEMENT)
  }
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const encoded = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')]
  return [secret, encodeURIComponent(secret), ...encoded]
}

/** The longest part that no encoder spells in another way. */
const anchorOf = (spelling: string): string =>
  (spelling.match(/[A-Za-z0-9]+/g) ?? ['']).reduce((longest, run) => (run.length > longest.length ? run : longest))

/** Each character as it is, after some backslashes, or as `\u` and its number. Of bounded length, so it cannot backtrack. */
const patternOf = (spelling: string): string =>
  [...spelling]
    .map((character) => {
      const literal = character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')
      const hex = [...character.charCodeAt(0).toString(16).padStart(4, '0')]
        .map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit))
        .join('')
      return `(?:\\\\{0,8}${literal}|\\\\{1,8}u${hex})`
    })
    .join('')

/** Of a header's value, the value itself and what follows its scheme. */
export const secretsOfHeader = (value: string): string[] => {
  const token = /^[A-Za-z][\w-]* +(\S.*)$/.exec(value)?.[1]
  return token === undefined ? [value] : [value, token]
}

export const NO_ECHO = new EchoFilter([])
