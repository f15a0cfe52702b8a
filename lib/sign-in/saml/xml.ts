import { DOMParser } from '@xmldom/xmldom'
import { SignInRefused } from '@/lib/sign-in/refusal'
import { xmlShapeProblem } from './xml-shape'

export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'

const refuse = (detail: string): never => {
  throw new SignInRefused('malformed', detail)
}

/**
 * The parser that checks signatures is the one that reads here, so that nobody can show each a different document. It
 * would repair what it warns about; here a warning is a refusal.
 */
export function parseXml(text: string): Element {
  const problem = xmlShapeProblem(text)
  if (problem !== null) return refuse(problem)
  const onProblem = () => refuse('it is not well-formed XML')
  const errorHandler = { warning: onProblem, error: onProblem, fatalError: onProblem }
  try {
    const root = new DOMParser({ errorHandler }).parseFromString(text, 'text/xml').documentElement
    return root ?? refuse('it is empty')
  } catch (error) {
    // Not the parser's own words: they quote the document.
    throw error instanceof SignInRefused ? error : new SignInRefused('malformed', 'it is not well-formed XML')
  }
}

export const isElement = (node: Node, namespace: string, name: string): node is Element =>
  node.nodeType === 1 && (node as Element).namespaceURI === namespace && (node as Element).localName === name

/** Direct children only: what hides deeper is not what its parent says. */
export const childrenOf = (parent: Element, namespace: string, name: string): Element[] =>
  Array.from({ length: parent.childNodes.length }, (_, index) => parent.childNodes[index]!).filter((node) =>
    isElement(node, namespace, name),
  ) as Element[]

/** Exactly one, or none when it may be missing; two of what there is one of can be read in two ways. */
export function onlyChild(parent: Element, namespace: string, name: string): Element | null {
  const found = childrenOf(parent, namespace, name)
  if (found.length > 1) refuse(`there are ${found.length} ${name} elements`)
  return found[0] ?? null
}

/** Null for a missing attribute: xmldom answers with an empty string for both. */
export const attributeOf = (element: Element, name: string): string | null =>
  element.hasAttribute(name) ? element.getAttribute(name) : null

export function isPlainText(element: Element): boolean {
  for (let index = 0; index < element.childNodes.length; index++) {
    if (element.childNodes[index]!.nodeType === 1) return false
  }
  return true
}

/** All text of the element, over comments and CDATA: `admin@acme.test<!---->.evil.test` is one address, not two. */
export function textOf(element: Element): string {
  if (!isPlainText(element)) refuse(`${element.localName} has elements where it should have text`)
  return (element.textContent ?? '').trim()
}
