import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import { ForbiddenAddress, guardedLookup, namesForbiddenAddress } from './egress'

/**
 * An agent for libraries that bring their own requests: it checks the address it connects to, and speaks one scheme only,
 * so that what a provider's discovery document names cannot lead to a metadata address or out of encryption.
 */
export function guardedAgent(scheme: 'http' | 'https'): http.Agent {
  const agent = scheme === 'https' ? new https.Agent() : new http.Agent()
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const host = options.host ?? ''
    // A literal address is never looked up.
    if (namesForbiddenAddress(new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}`))) {
      callback?.(new ForbiddenAddress(), undefined as unknown as Duplex)
      return undefined
    }
    const lookup = guardedLookup(dns.lookup as Parameters<typeof guardedLookup>[0])
    return connect({ ...options, lookup } as typeof options, callback)
  }
  return agent
}
