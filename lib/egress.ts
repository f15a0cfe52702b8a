import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net'

/**
 * Where no connection may lead. Private and loopback addresses are what MCP servers listen on; link-local and metadata
 * addresses hand cloud credentials to whoever can make a server ask them.
 */
const FORBIDDEN_IPV4: [address: string, prefix: number][] = [
  ['169.254.0.0', 16], // link-local, and the metadata service of most clouds
  ['100.100.100.200', 32], // Alibaba Cloud metadata
  ['168.63.129.16', 32], // Azure's host agent
  ['192.0.0.192', 32], // Oracle Cloud metadata
  ['224.0.0.0', 4], // multicast
  ['255.255.255.255', 32],
]
const FORBIDDEN_IPV6: [address: string, prefix: number][] = [
  ['fe80::', 10],
  ['fd00:ec2::254', 128], // AWS metadata
  ['fd20:ce::254', 128], // Google Cloud metadata
  ['ff00::', 8],
]

const forbidden = new BlockList()
for (const [address, prefix] of FORBIDDEN_IPV4) {
  forbidden.addSubnet(address, prefix, 'ipv4')
  // The same address in the clothes of IPv6: mapped, compatible, NAT64 and 6to4.
  const hex = toHextets(address)
  forbidden.addSubnet(`::ffff:${hex}`, 96 + prefix, 'ipv6')
  forbidden.addSubnet(`::${hex}`, 96 + prefix, 'ipv6')
  forbidden.addSubnet(`64:ff9b::${hex}`, 96 + prefix, 'ipv6')
  forbidden.addSubnet(`2002:${hex}::`, 16 + prefix, 'ipv6')
}
for (const [address, prefix] of FORBIDDEN_IPV6) forbidden.addSubnet(address, prefix, 'ipv6')

function toHextets(ipv4: string): string {
  const [a, b, c, d] = ipv4.split('.').map(Number) as [number, number, number, number]
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

/** Whether an IP address may not be connected to. What is no IP address may not either. */
export function isForbiddenAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (isIP(bare) === 0) return true
  return forbidden.check(bare, isIPv4(bare) ? 'ipv4' : 'ipv6')
}

/** Whether a URL's host is a literal address that may not be connected to. Names are checked when they are resolved. */
export function namesForbiddenAddress(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && isForbiddenAddress(host)
}

export class ForbiddenAddress extends Error {
  readonly code = 'FORBIDDEN_ADDRESS'
  constructor() {
    super('The name leads to an address that connections may not have.')
  }
}

/**
 * A lookup for sockets that answers with the addresses of `lookup`, unless one of them is forbidden. The check is on
 * what is then connected to, so a name that resolves differently the second time (DNS rebinding) gains nothing.
 */
export function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      if (error) return callback(error, address, family)
      const addresses = Array.isArray(address) ? address.map((entry) => entry.address) : [address]
      if (addresses.some(isForbiddenAddress)) return callback(new ForbiddenAddress(), '', 4)
      callback(null, address, family)
    })
  }
}
