import { createHash } from 'node:crypto'
import type { ToolRisk } from '@/lib/domain'
import { canonicalJson } from './canonical'

/** Hints, not facts: a server may say anything about its own tools. */
export interface ToolAnnotations {
  title?: string
  readOnlyHint?: boolean
  destructiveHint?: boolean
  idempotentHint?: boolean
  openWorldHint?: boolean
}

/** One entry of a `tools/list` result, as far as the gateway reads it. */
export interface ToolDefinition {
  name: string
  title?: string
  description?: string
  inputSchema?: unknown
  outputSchema?: unknown
  annotations?: ToolAnnotations
  icons?: unknown
  execution?: unknown
  _meta?: Record<string, unknown>
  [extension: string]: unknown
}

/** The specification's defaults: not read-only, and if not read-only, destructive. */
export function toolRisk(definition: ToolDefinition): ToolRisk {
  if (definition.annotations?.readOnlyHint === true) return 'read'
  return definition.annotations?.destructiveHint === false ? 'write' : 'destructive'
}

/** SHA-256 in hex over everything the definition says, whatever the order it says it in. */
export function toolDigest(definition: ToolDefinition): string {
  return createHash('sha256')
    .update(canonicalJson(JSON.stringify(definition)))
    .digest('hex')
}
