/** An argument that a modern client repeats in a header of its own (2026-07-28, server/tools, `x-mcp-header`). */
export interface HeaderParam {
  /** As a parser gives it: in lower case. */
  header: string
  /** From `arguments` inwards, objects only. */
  path: readonly string[]
}

const PREFIX = 'mcp-param-'
/** RFC 9110, 5.1: what a field name is made of. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i
const TYPES = new Set(['string', 'integer', 'boolean'])
const MAX_DEPTH = 16

/**
 * What a tool's schema says is repeated. Annotations that the specification does not allow are none: clients leave such a
 * tool out, and of two arguments under one name nobody could say which of them a header repeats.
 */
export function headerParamsOf(inputSchema: unknown): HeaderParam[] {
  const found: HeaderParam[] = []
  collect(inputSchema, [], found)
  return found.filter(({ header }, i) => found.every((other, j) => i === j || other.header !== header))
}

function collect(schema: unknown, path: readonly string[], found: HeaderParam[]): void {
  const properties = isObject(schema) ? schema.properties : undefined
  if (!isObject(properties) || path.length >= MAX_DEPTH) return
  for (const [key, property] of Object.entries(properties)) {
    if (!isObject(property)) continue
    const { 'x-mcp-header': name, type } = property
    const here = [...path, key]
    if (typeof name === 'string' && TOKEN.test(name) && typeof type === 'string' && TYPES.has(type)) {
      found.push({ header: PREFIX + name.toLowerCase(), path: here })
    }
    collect(property, here, found)
  }
}

/** Undefined where there is no such argument. */
export function argumentAt(given: unknown, path: readonly string[]): unknown {
  let value = given
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** Every path at which arguments have a value that a header says: of objects only, since elsewhere none can be repeated. */
export function pathsTo(given: unknown, said: string, path: readonly string[] = []): (readonly string[])[] {
  if (isObject(given)) return Object.entries(given).flatMap(([key, inner]) => pathsTo(inner, said, [...path, key]))
  return says(said, given) ? [path] : []
}

/** Whether this is what the argument looks like in a header. */
export function says(said: string, value: unknown): boolean {
  if (typeof value === 'number') return said.trim() !== '' && Number(said) === value
  return (typeof value === 'string' || typeof value === 'boolean') && String(value) === said
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
