import { z } from 'zod'
import { namesForbiddenAddress } from '@/lib/egress'

/** How a server with an address is spoken to. */
export const UrlTransport = z.enum(['http', 'sse'])
export type UrlTransport = z.infer<typeof UrlTransport>

/** Why this cannot be an upstream address, or null. */
export function upstreamUrlProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'not a URL'
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must start with http:// or https://'
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password: use the credential'
  if (url.hash !== '') return 'must not have a fragment'
  // Shown on screens and stored in the clear, unlike the credential.
  for (const name of url.searchParams.keys()) {
    if (/key|token|secret|password|signature|^sig$|^auth/i.test(name))
      return `must not carry ${name}: use the credential`
  }
  // http://0251.0376.0251.0376 and http://2852039166 are 169.254.169.254 to whoever connects: one spelling only.
  if (/^[\d.]+$/.test(url.hostname) && hostAsWritten(text) !== url.hostname)
    return 'write the address as four decimal numbers'
  if (namesForbiddenAddress(url)) return 'link-local and metadata addresses are refused'
  return null
}

const hostAsWritten = (text: string): string => /^[a-z]+:\/\/([^/?#:]*)/i.exec(text.trim())?.[1] ?? ''

export const UpstreamUrl = z
  .string()
  .trim()
  .max(2000)
  .superRefine((text, context) => {
    const problem = upstreamUrlProblem(text)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

// What the gateway and MCP themselves say in headers: a credential there would be overwritten, or break the request.
const RESERVED =
  /^(host|content-.*|transfer-encoding|connection|keep-alive|te|trailer|upgrade|proxy-.*|accept|accept-encoding|mcp-.*|last-event-id|origin|forwarded|x-forwarded-.*|expect)$/i

export const CredentialHeader = z
  .string()
  .trim()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'a header name')
  .refine((name) => !RESERVED.test(name), 'this header is not for credentials')

export const CredentialValue = z
  .string()
  .min(1)
  .max(8000)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'printable ASCII without spaces around it')

/**
 * Whoever may change the address must not be able to send the sealed credential to a server of their own: it has to be
 * entered again for another origin.
 */
export const leavesOrigin = (from: string, to: string): boolean => new URL(from).origin !== new URL(to).origin
