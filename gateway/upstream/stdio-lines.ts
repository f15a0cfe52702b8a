import { elementsOf, skipSpace } from '@/lib/mcp/json-source'

/**
 * A body as a process reads it: one message a line. Line breaks can only stand between tokens here, since the body is
 * JSON; a batch is sent element by element, because servers over stdio do not read arrays.
 */
export function linesOf(body: Buffer): string[] {
  const text = body.toString('utf8')
  const start = skipSpace(text, 0)
  const elements = elementsOf(text, start).map((span) => text.slice(span.start, span.end))
  const messages = text[start] === '[' ? elements : [text.trim()]
  return messages.map((message) => message.replace(/[\r\n]/g, ' '))
}
