import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js'

export const READS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false }
export const WRITES: ToolAnnotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false }
export const DESTROYS: ToolAnnotations = { readOnlyHint: false, destructiveHint: true, openWorldHint: false }

/** Structured, and the same as text for clients that read no structure. */
export const answer = (structuredContent: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(structuredContent) }],
  structuredContent,
})

export const refuse = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true })
