import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import { answerParts, encoded, escapeAttribute, escapeText, signedAnswer } from './answer'
import { makeSigningKey, type SigningKey } from './certificate'

/** A small SAML identity provider on loopback: a page with people, no passwords, answers that it signs. */

export interface SamlPerson {
  nameId: string
  name: string
  attributes: Record<string, string | string[]>
}

export interface SamlRequest {
  id: string
  acsUrl: string
  issuer: string
  relayState: string | null
}

/** What a browser carried here in its address (HTTP-Redirect binding). */
export function requestIn(url: string): SamlRequest {
  const { searchParams } = new URL(url)
  const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  const found = (pattern: RegExp) => (pattern.exec(xml)?.[1] ?? '').replaceAll('&amp;', '&')
  return {
    id: found(/ ID="([^"]+)"/),
    acsUrl: found(/AssertionConsumerServiceURL="([^"]+)"/),
    issuer: found(/<saml:Issuer[^>]*>([^<]+)</),
    relayState: searchParams.get('RelayState'),
  }
}

export interface RunningSamlProvider {
  url: string
  entityId: string
  metadata: string
  key: SigningKey
  close(): Promise<void>
}

export async function startSamlProvider(people: readonly SamlPerson[], port = 0): Promise<RunningSamlProvider> {
  const key = makeSigningKey('idp.acme.test')
  let url = ''
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.statusCode = 400
      response.end(String(error))
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', url)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (address.pathname === '/metadata') {
      response.setHeader('content-type', 'application/samlmetadata+xml')
      response.end(metadata())
      return
    }
    if (!address.searchParams.has('SAMLRequest')) {
      response.end(page('<h1>Acme SAML</h1>'))
      return
    }
    const asked = requestIn(address.toString())
    const person = people.find(({ nameId }) => nameId === address.searchParams.get('as'))
    if (person === undefined) {
      const links = people.map((one) => {
        const next = new URL(address)
        next.searchParams.set('as', one.nameId)
        return `<li><a href="${escapeAttribute(next.toString())}">${escapeText(one.name)}</a></li>`
      })
      response.end(page(`<h1>Who is signing in?</h1><ul>${links.join('')}</ul>`))
      return
    }
    const parts = answerParts({
      issuer: `${url}/metadata`,
      acsUrl: asked.acsUrl,
      audience: asked.issuer,
      inResponseTo: asked.id,
      nameId: person.nameId,
      attributes: person.attributes,
    })
    const xml = signedAnswer(parts, { key: key.privateKey, sign: ['assertion', 'response'] })
    response.end(
      page(`<form method="post" action="${escapeAttribute(asked.acsUrl)}">
<input type="hidden" name="SAMLResponse" value="${encoded(xml)}">
<input type="hidden" name="RelayState" value="https://evil.test/">
<button>Continue</button></form><script>document.forms[0].submit()</script>`),
    )
  }

  const metadata = () =>
    `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${url}/metadata"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${key.certificate.replace(/-----.*?-----|\s/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${url}/post"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${url}/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  // By name: to a browser it is then another site than 127.0.0.1, as a provider is in life, and cookies stay behind.
  url = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    url,
    entityId: `${url}/metadata`,
    metadata: metadata(),
    key,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const page = (content: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Acme SAML</title><body>${content}</body></html>`
