import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'

/**
 * Signed SAML answers, made without any SAML or XML signature library: everything is written in canonical form at once
 * (exclusive C14N: namespaces where they are first used, attributes in order, no empty-element tags), so that a digest is
 * simply over the text. What the product verifies with one implementation was thus signed by another.
 */

export interface AnswerFacts {
  issuer: string
  acsUrl: string
  audience: string
  inResponseTo: string
  nameId: string
  nameIdFormat?: string
  attributes?: Record<string, string | string[]>
  now?: Date
  /** How long it is valid. */
  forMs?: number
}

export interface SignWith {
  key: KeyObject
  /** Which of the two is signed. */
  sign?: ('assertion' | 'response')[]
  algorithm?: 'sha256' | 'sha1' | 'sha512'
}

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const METHODS = {
  sha1: { signature: `${DSIG}rsa-sha1`, digest: `${DSIG}sha1` },
  sha256: {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
  sha512: {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
  },
}

export const newId = (): string => `_${randomBytes(16).toString('hex')}`

/** As canonical XML escapes text and attribute values. */
export const escapeText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#xD;')
export const escapeAttribute = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/"/g, '&quot;')
    .replace(/\t/g, '&#x9;')
    .replace(/\n/g, '&#xA;')
    .replace(/\r/g, '&#xD;')

/** The parts of an answer, each of which a test may replace before anything is signed. */
export interface AnswerParts {
  response: { id: string; attributes: Record<string, string>; issuer: string; status: string }
  assertion: {
    id: string
    attributes: Record<string, string>
    issuer: string
    subject: string
    conditions: string
    authnStatement: string
    attributeStatement: string
    /** Anything else, in front of the closing tag. */
    more: string
  }
}

export function answerParts(facts: AnswerFacts): AnswerParts {
  const { issuer, acsUrl, audience, inResponseTo, nameId, attributes = {} } = facts
  const now = facts.now ?? new Date()
  const at = (ms: number) => new Date(now.getTime() + ms).toISOString()
  const until = at(facts.forMs ?? 300_000)
  const format = facts.nameIdFormat ?? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
  const values = Object.entries(attributes).map(
    ([name, value]) =>
      `<saml:Attribute Name="${escapeAttribute(name)}">${[value]
        .flat()
        .map((one) => `<saml:AttributeValue>${escapeText(one)}</saml:AttributeValue>`)
        .join('')}</saml:Attribute>`,
  )
  return {
    response: {
      id: newId(),
      attributes: { Destination: acsUrl, InResponseTo: inResponseTo, IssueInstant: at(0), Version: '2.0' },
      issuer: `<saml:Issuer xmlns:saml="${ASSERTION}">${escapeText(issuer)}</saml:Issuer>`,
      status: `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>`,
    },
    assertion: {
      id: newId(),
      attributes: { IssueInstant: at(0), Version: '2.0' },
      issuer: `<saml:Issuer>${escapeText(issuer)}</saml:Issuer>`,
      subject: `<saml:Subject><saml:NameID Format="${format}">${escapeText(nameId)}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${escapeAttribute(inResponseTo)}" NotOnOrAfter="${until}" Recipient="${escapeAttribute(acsUrl)}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>`,
      conditions: `<saml:Conditions NotBefore="${at(-5_000)}" NotOnOrAfter="${until}"><saml:AudienceRestriction><saml:Audience>${escapeText(audience)}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
      authnStatement: `<saml:AuthnStatement AuthnInstant="${at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
      attributeStatement:
        values.length === 0 ? '' : `<saml:AttributeStatement>${values.join('')}</saml:AttributeStatement>`,
      more: '',
    },
  }
}

const openTag = (name: string, namespace: string, attributes: Record<string, string>): string => {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return `<${name} ${namespace}${sorted.map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`).join('')}>`
}

/** An enveloped signature over an element that is written without it. */
export function signatureOver(id: string, canonical: string, { key, algorithm = 'sha256' }: SignWith): string {
  const { signature, digest } = METHODS[algorithm]
  const value = createHash(algorithm).update(canonical).digest('base64')
  const signedInfo = (namespace: string) =>
    `<ds:SignedInfo${namespace}><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="${signature}"></ds:SignatureMethod><ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${DSIG}enveloped-signature"></ds:Transform><ds:Transform Algorithm="${EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="${digest}"></ds:DigestMethod><ds:DigestValue>${value}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
  const bytes = sign(algorithm, Buffer.from(signedInfo(` xmlns:ds="${DSIG}"`)), key).toString('base64')
  return `<ds:Signature xmlns:ds="${DSIG}">${signedInfo('')}<ds:SignatureValue>${bytes}</ds:SignatureValue></ds:Signature>`
}

export function assertionXml({ assertion }: AnswerParts, signing: SignWith | null): string {
  const { id, attributes, issuer, subject, conditions, authnStatement, attributeStatement, more } = assertion
  const write = (signature: string) =>
    `${openTag('saml:Assertion', `xmlns:saml="${ASSERTION}"`, { ...attributes, ID: id })}${issuer}${signature}${subject}${conditions}${authnStatement}${attributeStatement}${more}</saml:Assertion>`
  return write(signing === null ? '' : signatureOver(id, write(''), signing))
}

/** `inside` is what stands where the assertion does: usually it, and in attacks anything. */
export function responseXml({ response }: AnswerParts, inside: string, signing: SignWith | null): string {
  const { id, attributes, issuer, status } = response
  const write = (signature: string) =>
    `${openTag('samlp:Response', `xmlns:samlp="${PROTOCOL}"`, { ...attributes, ID: id })}${issuer}${signature}${status}${inside}</samlp:Response>`
  return write(signing === null ? '' : signatureOver(id, write(''), signing))
}

export function signedAnswer(parts: AnswerParts, signing: SignWith): string {
  const { sign: signed = ['assertion'] } = signing
  const inside = assertionXml(parts, signed.includes('assertion') ? signing : null)
  return responseXml(parts, inside, signed.includes('response') ? signing : null)
}

export const encoded = (xml: string): string => Buffer.from(xml).toString('base64')
