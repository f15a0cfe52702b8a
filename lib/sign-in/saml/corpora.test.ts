import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SignInRefused } from '@/lib/sign-in/refusal'
import { readAssertion } from './assertion'
import { readResponse } from './response'
import { requireStrongSignatures, signedAssertion } from './signature'
import { parseXml } from './xml'

/**
 * Answers that others made and labelled. They are old, so the strength of their signatures is left out here, and each is
 * given the clock, the address and the certificate under which its label holds: so that only what it is labelled for
 * can refuse it.
 */
const CORPORA = path.resolve('e2e/corpora')
const read = (...parts: string[]) => readFileSync(path.join(CORPORA, ...parts), 'utf8')
const first = (xml: string, pattern: RegExp) => (pattern.exec(xml)?.[1] ?? '').replaceAll('&amp;', '&')

afterEach(() => {
  vi.useRealTimers()
})
// The signature library reads the clock itself.
const at = (time: string) => vi.useFakeTimers({ now: new Date(time), toFake: ['Date'] })

async function signedXml(encoded: string, certificates: string[]): Promise<string> {
  const response = readResponse(encoded)
  const pending = { id: response.inResponseTo, createdAt: new Date() }
  return signedAssertion(response, { certificates, audience: null }, pending)
}

describe('answers of node-saml’s corpus', () => {
  const certificates = [read('saml-node-saml', 'cert.pem')]
  const files = (label: string) => readdirSync(path.join(CORPORA, 'saml-node-saml', label)).sort()

  it('are all there', () => {
    expect([files('valid').length, files('invalid').length]).toEqual([15, 19])
  })

  it.each(files('valid'))('valid: %s', async (file) => {
    at('2020-09-25T16:59:00Z')
    const xml = read('saml-node-saml', 'valid', file)
    const assertion = parseXml(await signedXml(Buffer.from(xml).toString('base64'), certificates))
    // Whose it is comes from the signed assertion, and not from the ones in its Advice.
    expect(assertion.getAttribute('ID')).toBe(first(xml, /<(?:\w+:)?Assertion [^>]*?ID="([^"]*)"/))
  })

  it.each(files('invalid'))('invalid: %s', async (file) => {
    at('2020-09-25T16:59:00Z')
    const xml = read('saml-node-saml', 'invalid', file)
    await expect(signedXml(Buffer.from(xml).toString('base64'), certificates)).rejects.toThrow(SignInRefused)
  })
})

describe('attacks of ruby-saml’s corpus', () => {
  const text = (file: string) => read('saml-ruby-saml', 'responses', file)
  const encodedOf = (file: string) =>
    file.endsWith('.base64') ? text(file).replace(/\s/g, '') : Buffer.from(answering(text(file))).toString('base64')
  // The response is not what is signed in these: without a request that it answers, nothing else in it would be looked at.
  const answering = (xml: string) =>
    /<samlp:Response[^>]*InResponseTo=/.test(xml)
      ? xml
      : xml.replace('<samlp:Response ', '<samlp:Response InResponseTo="_1" ')

  async function verdict(file: string): Promise<string> {
    const encoded = encodedOf(file)
    const xml = Buffer.from(encoded, 'base64').toString('utf8')
    at(first(xml, /Assertion [^>]*?IssueInstant="([^"]*)"/) || '2014-01-01T00:00:00Z')
    const own = [...xml.matchAll(/X509Certificate>([^<]+)</g)].map(
      ([, base64]) => `-----BEGIN CERTIFICATE-----\n${base64!.replace(/\s/g, '')}\n-----END CERTIFICATE-----`,
    )
    const partner = {
      issuer: first(xml, /Issuer[^>]*>([^<]*)</),
      audience: first(xml, /SPNameQualifier="([^"]*)"/) || first(xml, /Audience>([^<]*)</),
      recipient: first(xml, /Destination="([^"]*)"/),
      requestId: first(xml, /InResponseTo="([^"]*)"/),
    }
    try {
      const assertion = readAssertion(
        await signedXml(encoded, [read('saml-ruby-saml', 'ruby-saml.crt'), ...own]),
        partner,
        new Date(),
      )
      return `accepted ${assertion.nameId.value}`
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error
      return `${error.reason}: ${error.detail}`
    }
  }

  it.each([
    ['attackxee.xml', 'malformed: it has a document type'],
    ['response_wrapped.xml.base64', 'malformed: a signature stands in another place'],
    ['response_assertion_wrapped.xml.base64', 'malformed: there are 2 Assertion elements'],
    ['invalids/signature_wrapping_attack.xml.base64', 'malformed: a signature stands in another place'],
    ['invalids/response_with_concealed_signed_assertion.xml', 'bad_signature'],
    ['invalids/response_with_doubled_signed_assertion.xml', 'malformed: there are 2 Assertion elements'],
    ['invalids/multiple_assertions.xml.base64', 'malformed: there are 2 Assertion elements'],
    ['invalids/multiple_signed.xml.base64', 'malformed: there are 2 Signature elements'],
    ['invalids/response_invalid_signed_element.xml.base64', 'malformed: a signature stands in another place'],
    ['invalids/no_signature.xml.base64', 'bad_signature'],
    ['invalids/encrypted_new_attack.xml.base64', 'bad_signature'],
    ['response_node_text_attack3.xml.base64', 'bad_signature'],
    ['invalids/no_id.xml.base64', 'malformed: it has no ID'],
    ['invalids/no_saml2.xml.base64', 'malformed'],
    ['invalids/no_status.xml.base64', 'not_successful'],
    ['invalids/no_status_code.xml.base64', 'not_successful'],
    ['invalids/status_code_responder.xml.base64', 'not_successful'],
    ['invalids/status_code_responer_and_msg.xml.base64', 'not_successful'],
    ['response_double_status_code.xml.base64', 'not_successful'],
    ['invalids/no_issuer_response.xml.base64', 'malformed: it does not say who made it'],
    ['invalids/no_issuer_assertion.xml.base64', 'wrong_issuer'],
    ['invalids/invalid_issuer_message.xml.base64', 'wrong_issuer'],
    ['invalids/no_conditions.xml.base64', 'malformed: it has no conditions'],
    ['invalids/no_authnstatement.xml.base64', 'malformed: it does not say that anybody signed in'],
    ['invalids/no_nameid.xml.base64', 'bad_signature'],
    ['invalids/empty_nameid.xml.base64', 'no_subject'],
    ['invalids/wrong_spnamequalifier.xml.base64', 'wrong_audience'],
    ['invalids/no_subjectconfirmation_data.xml.base64', 'expired: no subject confirmation is valid now'],
    ['invalids/no_subjectconfirmation_method.xml.base64', 'not_a_bearer'],
    ['invalids/invalid_subjectconfirmation_inresponse.xml.base64', 'unknown_request'],
    ['invalids/invalid_subjectconfirmation_recipient.xml.base64', 'wrong_recipient'],
    ['invalids/invalid_subjectconfirmation_nb.xml.base64', 'malformed'],
    ['invalids/invalid_subjectconfirmation_noa.xml.base64', 'expired'],
    ['invalids/empty_destination.xml.base64', 'wrong_recipient'],
  ])('%s is refused', async (file, reason) => {
    const said = await verdict(file)
    expect(said).not.toMatch(/^accepted/)
    expect(said).toContain(reason)
  })

  it('response_node_text_attack2: a name with a comment in it is read whole', async () => {
    const encoded = encodedOf('response_node_text_attack2.xml.base64')
    expect(Buffer.from(encoded, 'base64').toString()).toMatch(/<saml:NameID[^>]*>[^<]*<!--/)
    at('2026-01-01T00:00:00Z')
    const xml = await signedXml(encoded, [read('saml-ruby-saml', 'ruby-saml.crt')])
    const nameId = parseXml(xml).getElementsByTagNameNS('*', 'NameID')[0]!
    expect(nameId.textContent).toBe('test@onelogin.com')
  })

  it('would be refused for their SHA-1 alone', () => {
    const root = parseXml(Buffer.from(encodedOf('invalids/no_conditions.xml.base64'), 'base64').toString('utf8'))
    expect(() => requireStrongSignatures(root)).toThrow(expect.objectContaining({ reason: 'weak_signature' }))
  })
})
