/** What people write where a secret would stand: variables, types, blanks, placeholders of ours. */
const STAND_IN = new RegExp(
  `^(?:${[
    '\\$\\{?\\w{1,100}\\}?',
    '\\$\\(.*',
    '%[A-Za-z_]{0,40}%?',
    '\\{\\{.*',
    '\\{.*\\}?',
    '<.*',
    '\\[.*',
    '[*x.•_#-]+',
    '(?:process\\.env|os\\.environ|env|var|secrets?|vault|ssm|config)[.:[].*',
    '(?:string|str|text|varchar|number|integer|boolean|object|array|bytes?|true|false|null|none|nil|undefined|yes|no|on|off)',
    '(?:required|optional|hidden|redacted|masked|removed|omitted|secret|password|passwd|token|api[_-]?key|key|value|empty|default)',
    '(?:changeme|example|placeholder|your[-_ ].*|my[-_ ].*|the[-_ ].*|basic|bearer|digest|oauth2?|jwt|header|cookie|query|body)',
  ].join('|')})$`,
  'i',
)

export const isStandIn = (value: string): boolean => STAND_IN.test(value)

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const PLACEHOLDER = /\[[A-Z_]+_[a-z2-7]{8}\]/
const MIN_RANDOM = 16
/** Bits a character. English prose in one run of letters has under 3.5 at these lengths, random hexadecimal just above 3. */
const FLOOR = 3.3
const HEXADECIMAL_FLOOR = 2.9

/** Whether it reads as if a machine had drawn it: long, of one piece, letters and digits, and few repetitions. */
export function isRandom(value: string): boolean {
  if (value.length < MIN_RANDOM || value.length > 512 || !/^[A-Za-z0-9_\-+/=.~:!@#$%^&*]+$/.test(value)) return false
  if (!/[A-Za-z]/.test(value) || !/\d/.test(value) || UUID.test(value)) return false
  // Paths, addresses, dotted and hyphenated names: pieces that can be read.
  if (/^(?:https?:|\/|\.{1,2}\/)/.test(value) || /^[a-z]+(?:[-_./:][a-z0-9]{1,12})+$/.test(value)) return false
  return entropyOf(value) >= (/^[0-9a-fA-F]+$/.test(value) ? HEXADECIMAL_FLOOR : FLOOR)
}

function entropyOf(value: string): number {
  const counts = new Map<string, number>()
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}

/** Chosen by a person: anything of one piece that is more than a word, unless it stands where only a password can. */
export function isPassword(value: string, standsAlone: boolean): boolean {
  if (value.length < 4 || value.length > 256 || PLACEHOLDER.test(value) || UUID.test(value) || isStandIn(value))
    return false
  if (/\s/.test(value)) return false
  return standsAlone || /\d|[^A-Za-z0-9.,;:'"()-]|[a-z][A-Z]/.test(value)
}
