import { Cue } from '@/lib/masking/cues'
import type { Detector, Finding, Subject } from '@/lib/masking/detector'

const PATTERN =
  /(?<![0-9A-Za-z_:.-])(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![0-9A-Za-z_:-]|\.[0-9a-z])/gi

/** Addresses of network hardware (IEEE 802, 48 bits) as the standards, Windows and Cisco write them. */
export const macAddress: Detector = {
  type: 'MAC_ADDRESS',
  cues: Cue.macAddress,
  find({ text }: Subject): Finding[] {
    const found: Finding[] = []
    for (const match of text.matchAll(PATTERN)) {
      const value = match[0].replace(/[:.-]/g, '').toLowerCase()
      // Nobody's and everybody's.
      if (/^(?:0+|f+)$/.test(value)) continue
      found.push({ start: match.index, end: match.index + match[0].length, value })
    }
    return found
  },
}
