import { BoundExceeded, LIMITS } from '../limits'

/** Host of a URL, of an e-mail address, or of `user@host:path`; '' where there is none. */
export function hostOf(text: string): string {
  if (text.length > LIMITS.textLength) throw new BoundExceeded('text')
  const trimmed = text.trim().slice(0, 4_000)
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : undefined
  if (url) {
    // Browsers and curl disagree about odd ones; the WHATWG parser at least normalises octal, hex and decimal addresses.
    const asHttp = url.replace(/^[a-z][a-z0-9+.-]*:/i, 'http:')
    return URL.canParse(asHttp) ? bare(new URL(asHttp).hostname) : ''
  }
  const address = /^(?:[^\s@/]+@)?(\[[0-9a-f:.]+\]|[^\s@/:[\]]+)(?::.*|\/.*)?$/i.exec(trimmed)
  const host = address?.[1]
  if (
    !host ||
    (!host.includes('.') && !host.includes(':') && host !== 'localhost' && !/^(?:0x[0-9a-f]+|\d{6,})$/i.test(host))
  )
    return ''
  return URL.canParse(`http://${host}`) ? bare(new URL(`http://${host}`).hostname) : ''
}

const bare = (host: string) =>
  host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()

const INTERNAL_NAMES =
  /^(?:localhost|.*\.(?:localhost|local|internal|lan|intranet|home\.arpa|test|svc|cluster\.local))$/

/** Addresses and names that only mean something inside: loopback, private and link-local ranges. */
export function isInternal(host: string): boolean {
  const name = hostOf(host) || bare(host)
  if (isMetadata(name)) return true
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.\d+\.\d+$/.exec(name)
  if (v4) {
    const [a, b] = [Number(v4[1]), Number(v4[2])]
    return (
      a === 10 ||
      a === 127 ||
      a === 0 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b < 128)
    )
  }
  if (name.includes(':')) return /^(?:::1?$|f[cd]|fe[89ab]|::ffff:(?:7f|a\b|c0a8|ac1))/i.test(name)
  return !name.includes('.') ? name === 'localhost' : INTERNAL_NAMES.test(name)
}

/** Where clouds hand out the credentials of a machine. */
export const isMetadata = (host: string): boolean =>
  /^(?:169\.254\.169\.254|169\.254\.170\.2|100\.100\.100\.200|fd00:ec2::254|::ffff:a9fe:a9fe|metadata\.google\.internal|metadata\.goog|metadata\.azure\.internal|instance-data)$/.test(
    hostOf(host) || bare(host),
  )
