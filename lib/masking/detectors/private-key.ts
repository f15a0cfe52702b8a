import { Cue } from '@/lib/masking/cues'
import { type Detector, type Finding, type Subject, withoutOverlaps } from '@/lib/masking/detector'

const BEGIN = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g
const END = '-----END '
const PUTTY = /PuTTY-User-Key-File-\d:/g
const PUTTY_END = 'Private-MAC: '
const MAX_LENGTH = 20_000
/** What a key cut off before its end is written in, escaped line breaks included. */
const BODY = new RegExp(`[A-Za-z0-9+/=\\s\\\\:,.-]{0,${MAX_LENGTH}}`, 'y')

/**
 * Private keys in PEM (RFC 7468), OpenPGP and PuTTY's form, from the first line to the last, whether their line breaks are
 * real or spelled `\n`. One that is cut off is masked as far as it goes.
 */
export const privateKey: Detector = {
  type: 'PRIVATE_KEY',
  cues: Cue.privateKey,
  find({ text }: Subject): Finding[] {
    return withoutOverlaps([
      ...blocks(text, BEGIN, END, /[A-Z0-9 ]{1,50}-----/y),
      ...blocks(text, PUTTY, PUTTY_END, /[0-9a-f]{40,64}/y),
    ])
  },
}

function blocks(text: string, begin: RegExp, end: string, rest: RegExp): Finding[] {
  const found: Finding[] = []
  let taken = 0
  // Where the next last line is: looked for once, not once for each first line.
  let last = -1
  for (const match of text.matchAll(begin)) {
    const start = match.index
    if (start < taken) continue
    if (last >= 0 && last < start) last = -1
    if (last < 0) {
      last = text.indexOf(end, start)
      if (last < 0) last = text.length
    }
    rest.lastIndex = last + end.length
    if (last - start < MAX_LENGTH && rest.test(text)) taken = rest.lastIndex
    else {
      BODY.lastIndex = start
      BODY.test(text)
      taken = BODY.lastIndex
    }
    found.push({ start, end: taken, value: text.slice(start, taken).replace(/\\[nr]|\s/g, '') })
  }
  return found
}
