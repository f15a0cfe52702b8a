import { isIP } from 'node:net'
import { SLUG } from '@/lib/domain'

/**
 * Where connections are found: `{gateway}/{slug}/mcp`, and by a host name of their own, `{slug}.{base}/mcp`, so that a
 * client whose path is fixed need not change it. Both name the same connection; each is a resource of its own to OAuth.
 */
export interface Place {
  publicUrl: string
  /** Names of the gateway itself: there the path says which connection is meant. */
  hosts: ReadonlySet<string>
  /** Names under which every connection has one of its own. */
  bases: readonly string[]
  /** Names below a base that belong to somebody else, such as the web app. */
  taken: ReadonlySet<string>
}

/** How a connection is spoken to: the last part of its URL. */
export const ENDPOINTS = ['mcp', 'sse'] as const
export type Endpoint = (typeof ENDPOINTS)[number]

export interface Address {
  slug: string
  endpoint: Endpoint
  /** The base of the host name that names the connection; null where its path does. */
  base: string | null
}

export type Target =
  /** A host name that is not ours: a page whose name was rebound to this address, or a mistake. */
  | { kind: 'foreign' }
  | { kind: 'nothing' }
  | { kind: 'metadata'; address: Address }
  /** `mailbox`: where the messages of one HTTP+SSE conversation go, below the address of its stream. */
  | { kind: 'connection'; address: Address; mailbox: string | null }

const LOOPBACK = ['localhost', '127.0.0.1', '::1']

export interface Names {
  publicUrl: string
  webUrl: string
  bind: string
  /** Instead of the public URL's own host name. */
  base?: string
  alsoHosts?: readonly string[]
}

export function placeOf({ publicUrl, webUrl, bind, base, alsoHosts = [] }: Names): Place {
  const own = bare(new URL(publicUrl).hostname)
  // `*.localhost` is this machine by definition (RFC 6761), so that names work before anybody has set up DNS.
  const bases = [base ?? own, 'localhost'].filter((name, i, all) => isIP(name) === 0 && all.indexOf(name) === i)
  const hosts = new Set([...LOOPBACK, bare(bind), own, ...bases, ...alsoHosts])
  return { publicUrl, hosts, bases, taken: new Set([bare(new URL(webUrl).hostname)]) }
}

const METADATA = '/.well-known/oauth-protected-resource/'

/** Reads Host and path. `local` is the address that was dialled: as a host it cannot be rebound. */
export function targetOf(place: Place, host: string | undefined, path: string, local: string | undefined): Target {
  const name = hostName(host)
  if (name === null) return { kind: 'foreign' }
  const isMetadata = path.startsWith(METADATA)
  const parts = path.slice(isMetadata ? METADATA.length : 1).split('/', 4)
  const mailbox = isMetadata ? null : takeMailbox(parts)
  const found = (address: Address): Target =>
    isMetadata ? { kind: 'metadata', address } : { kind: 'connection', address, mailbox }
  if (place.hosts.has(name) || name === local) {
    const [slug, endpoint] = parts
    if (parts.length !== 2 || !SLUG.test(slug!) || !isEndpoint(endpoint!)) return { kind: 'nothing' }
    return found({ slug: slug!, endpoint, base: null })
  }
  const base = place.taken.has(name) ? undefined : place.bases.find((base) => isBelow(name, base))
  if (base === undefined) return { kind: 'foreign' }
  const [endpoint] = parts
  // Under its own name there is this one connection and no other: a rule of the network about the name must hold.
  if (parts.length !== 1 || !isEndpoint(endpoint!)) return { kind: 'nothing' }
  return found({ slug: name.slice(0, -base.length - 1), endpoint, base })
}

/** Takes off what comes after `sse`: sealed, so longer than any endpoint. Null when nothing does. */
function takeMailbox(parts: string[]): string | null {
  const isMailbox = parts.at(-2) === 'sse' && /^[\w-]{38,4000}$/.test(parts.at(-1)!)
  return isMailbox ? parts.pop()! : null
}

const isEndpoint = (text: string): text is Endpoint => (ENDPOINTS as readonly string[]).includes(text)

const isBelow = (name: string, base: string): boolean =>
  name.endsWith(base) && name[name.length - base.length - 1] === '.' && SLUG.test(name.slice(0, -base.length - 1))

/** The URL by which OAuth knows what is asked for: audience of tokens, `resource` of the metadata. */
export const resourceOf = (place: Place, { slug, endpoint, base }: Address): string =>
  base === null ? `${place.publicUrl}/${slug}/${endpoint}` : `${originOf(place, slug, base)}/${endpoint}`

/** RFC 9728 section 3.1: the well-known part stands between host and path. */
export const metadataUrlOf = (place: Place, { slug, endpoint, base }: Address): string =>
  base === null
    ? `${place.publicUrl}${METADATA}${slug}/${endpoint}`
    : `${originOf(place, slug, base)}${METADATA}${endpoint}`

/** Every URL of a connection: a token for any of them is a token for it. */
export const resourcesOf = (place: Place, slug: string): string[] =>
  [null, ...place.bases].flatMap((base) => ENDPOINTS.map((endpoint) => resourceOf(place, { slug, endpoint, base })))

function originOf({ publicUrl }: Place, slug: string, base: string): string {
  const { protocol, port } = new URL(publicUrl)
  return `${protocol}//${slug}.${base}${port === '' ? '' : `:${port}`}`
}

function hostName(host: string | undefined): string | null {
  if (host === undefined) return null
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/i.exec(host)
  return match ? bare(match[1]!.toLowerCase()) : null
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '')
