import { type SignInRefusalReason, SignInRefused } from '@/lib/sign-in/refusal'
import { CLOCK_SKEW_MS } from './signature'
import { ASSERTION, attributeOf, childrenOf, isElement, isPlainText, onlyChild, parseXml, textOf } from './xml'

/** What a verified assertion says. Read from signed bytes alone. */
export interface SamlAssertion {
  id: string
  issuer: string
  nameId: { value: string; format: string | null }
  /** By name; values in their order. */
  attributes: ReadonlyMap<string, readonly string[]>
  /** After this it would be refused as expired, so that there is no need to remember it any longer. */
  notOnOrAfter: Date
}

/** What this installation asked for, of whom. */
export interface Expected {
  issuer: string
  /** Our entity id. */
  audience: string
  /** Where the answer was to be delivered. */
  recipient: string
  requestId: string
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
/** A name that has to stay the same is short; saml-core-2.0-os, 8.3.7 says 256 letters. */
const MAX_NAME_LETTERS = 256

/**
 * Web browser SSO profile, processing rules (saml-profiles-2.0-os, 4.1.4.3), over the signed assertion: whoever answers
 * must be the provider, answer this request, at this address, for this application, now. @throws SignInRefused
 */
export function readAssertion(xml: string, expected: Expected, now: Date): SamlAssertion {
  const assertion = parseXml(xml)
  if (!isElement(assertion, ASSERTION, 'Assertion')) return refuse('malformed', 'what is signed is no assertion')
  if (attributeOf(assertion, 'Version') !== '2.0') return refuse('malformed', 'it is not of SAML 2.0')
  const id = attributeOf(assertion, 'ID') || refuse('malformed', 'the assertion has no ID')
  const issuer = onlyChild(assertion, ASSERTION, 'Issuer')
  if (issuer === null || textOf(issuer) !== expected.issuer)
    return refuse('wrong_issuer', 'another provider made the assertion')

  const subject = onlyChild(assertion, ASSERTION, 'Subject') ?? refuse('no_subject', 'it is about nobody')
  const confirmedUntil = confirmedBy(subject, expected, now)
  const conditions = requireConditions(assertion, expected, now)
  requireOpenSession(assertion, now)
  return {
    id,
    issuer: expected.issuer,
    nameId: readNameId(subject, expected),
    attributes: readAttributes(assertion),
    notOnOrAfter: new Date(Math.max(confirmedUntil.getTime(), conditions.getTime()) + CLOCK_SKEW_MS),
  }
}

function readNameId(subject: Element, { audience }: Expected): SamlAssertion['nameId'] {
  const nameId = onlyChild(subject, ASSERTION, 'NameID') ?? refuse('no_subject', 'the subject has no NameID')
  const value = textOf(nameId)
  if (value === '' || value.length > MAX_NAME_LETTERS) return refuse('no_subject', 'the NameID is empty or too long')
  const format = attributeOf(nameId, 'Format')
  if (format === TRANSIENT)
    return refuse('no_subject', 'the NameID is transient: nobody could be known again by it; choose another format')
  // A name that another application was given is not ours to know people by.
  const qualifier = attributeOf(nameId, 'SPNameQualifier')
  if (qualifier !== null && qualifier !== audience)
    return refuse('wrong_audience', 'the NameID is for another application')
  return { value, format }
}

/** Until when; by a bearer confirmation that was made for this request and this address. */
function confirmedBy(subject: Element, expected: Expected, now: Date): Date {
  const bearers = childrenOf(subject, ASSERTION, 'SubjectConfirmation').filter(
    (confirmation) => attributeOf(confirmation, 'Method') === BEARER,
  )
  if (bearers.length === 0) return refuse('not_a_bearer', 'the assertion is not made out to its bearer')
  const problems: [SignInRefusalReason, string][] = []
  for (const bearer of bearers) {
    const data = onlyChild(bearer, ASSERTION, 'SubjectConfirmationData')
    const problem = data === null ? (['not_a_bearer', 'the confirmation has no data'] as const) : problemOf(data)
    if (problem === null) return timeOf(data!, 'NotOnOrAfter')!
    problems.push([...problem])
  }
  return refuse(...problems[0]!)

  function problemOf(data: Element): readonly [SignInRefusalReason, string] | null {
    if (attributeOf(data, 'Recipient') !== expected.recipient)
      return ['wrong_recipient', 'the assertion is for another address']
    if (attributeOf(data, 'InResponseTo') !== expected.requestId)
      return ['unknown_request', 'the assertion answers another request']
    const until = timeOf(data, 'NotOnOrAfter')
    if (until === null) return ['not_a_bearer', 'the confirmation has no end']
    return outside(timeOf(data, 'NotBefore'), until, now)
  }
}

function requireConditions(assertion: Element, { audience }: Expected, now: Date): Date {
  const conditions = onlyChild(assertion, ASSERTION, 'Conditions') ?? refuse('malformed', 'it has no conditions')
  const until = timeOf(conditions, 'NotOnOrAfter') ?? refuse('malformed', 'its conditions have no end')
  const problem = outside(timeOf(conditions, 'NotBefore'), until, now)
  if (problem !== null) return refuse(...problem)
  const restrictions = childrenOf(conditions, ASSERTION, 'AudienceRestriction')
  const isForUs = (restriction: Element) =>
    childrenOf(restriction, ASSERTION, 'Audience').some((named) => textOf(named) === audience)
  // Each restriction holds by itself (saml-core-2.0-os, 2.5.1.4).
  if (restrictions.length === 0 || !restrictions.every(isForUs))
    return refuse('wrong_audience', 'it is for another application')
  return until
}

function requireOpenSession(assertion: Element, now: Date): void {
  const statements = childrenOf(assertion, ASSERTION, 'AuthnStatement')
  if (statements.length === 0) refuse('malformed', 'it does not say that anybody signed in')
  for (const statement of statements) {
    const until = timeOf(statement, 'SessionNotOnOrAfter')
    if (until !== null && now.getTime() - CLOCK_SKEW_MS >= until.getTime())
      refuse('expired', 'the session at the provider is over')
  }
}

function readAttributes(assertion: Element): Map<string, string[]> {
  const attributes = new Map<string, string[]>()
  for (const statement of childrenOf(assertion, ASSERTION, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, ASSERTION, 'Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? refuse('malformed', 'an attribute has no name')
      // A value that is made of elements, such as a NameID, is for other readers.
      const values = childrenOf(attribute, ASSERTION, 'AttributeValue').filter(isPlainText).map(textOf)
      attributes.set(name, [...(attributes.get(name) ?? []), ...values])
    }
  }
  return attributes
}

/** xs:dateTime in UTC or with a zone; what only nearly is one would be read differently elsewhere. */
function timeOf(element: Element, name: string): Date | null {
  const text = attributeOf(element, name)
  if (text === null) return null
  const date = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(text)
    ? new Date(text)
    : new Date(Number.NaN)
  return Number.isNaN(date.getTime()) ? refuse('malformed', `${name} is no time`) : date
}

function outside(from: Date | null, until: Date, now: Date): readonly [SignInRefusalReason, string] | null {
  if (from !== null && now.getTime() + CLOCK_SKEW_MS < from.getTime())
    return ['not_yet_valid', 'it is not valid yet; compare the clocks']
  return now.getTime() - CLOCK_SKEW_MS >= until.getTime() ? ['expired', 'it has expired; compare the clocks'] : null
}

function refuse(reason: SignInRefusalReason, detail: string): never {
  throw new SignInRefused(reason, detail)
}
