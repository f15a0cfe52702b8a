import { BoundExceeded, LIMITS } from './limits'

/**
 * Text as a person reads it: compatibility forms folded (NFKC), invisible characters taken out, letters of other scripts
 * that look like Latin ones replaced, accents dropped, in lower case, runs of white space as one space.
 * For finding words that someone hid. Not for comparing names: different names may become equal.
 */
export function normalText(text: string): string {
  if (text.length > LIMITS.textLength) throw new BoundExceeded('text')
  return text
    .normalize('NFKC')
    .replace(/(?!\s)[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/\P{ASCII}/gu, (letter) => LOOKS_LIKE.get(letter) ?? letter)
    .replace(/\s+/g, ' ')
    .trim()
}

// Cyrillic, Greek and other letters in common use for this; not all of Unicode's confusables.
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  [
    'a\u0430\u03b1\u0251',
    'b\u044c\u0185',
    'c\u0441\u03f2\u1d04',
    'd\u0501\u217e',
    'e\u0435\u03b5\u0454\u212e',
    'g\u0261\u0581',
    'h\u04bb\u0570',
    'i\u0456\u03b9\u0131\u0269',
    'j\u0458\u03f3',
    'k\u043a\u03ba',
    'l\u04cf\u0406\u217c\u01c0',
    'm\u043c\u217f',
    'n\u0578\u03b7',
    'o\u043e\u03bf\u0585\u1d0f',
    'p\u0440\u03c1',
    'q\u051b\u0566',
    'r\u0433\u1d26',
    's\u0455\ua731',
    't\u0442\u03c4',
    'u\u03c5\u057d\u1d1c',
    'v\u03bd\u0475\u1d20',
    'w\u0461\u051d\u1d21',
    'x\u0445\u03c7',
    'y\u0443\u03b3\u04af',
    'z\u1d22',
  ].flatMap(([latin, ...others]) => others.map((other) => [other, latin!] as const)),
)
