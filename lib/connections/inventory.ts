import type { ToolRisk } from '@/lib/domain'
import { type ToolDefinition, toolDigest, toolRisk } from '@/lib/mcp/tools'

export interface KnownTool {
  name: string
  digest: string
  pinnedDigest: string
  removedAt: Date | null
}

export interface InventoryTool {
  name: string
  title: string | null
  description: string | null
  risk: ToolRisk
  digest: string
  definition: ToolDefinition
}

export interface InventoryChange {
  added: InventoryTool[]
  /** Their definition is another one, or they are back. What is pinned stays pinned. */
  changed: InventoryTool[]
  /** No longer offered. */
  gone: string[]
  same: string[]
}

export const inventoryTool = (definition: ToolDefinition): InventoryTool => ({
  name: definition.name,
  title: text(definition.title) ?? text(definition.annotations?.title),
  description: text(definition.description),
  risk: toolRisk(definition),
  digest: toolDigest(definition),
  definition,
})

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

export function compareInventory(known: readonly KnownTool[], listed: readonly ToolDefinition[]): InventoryChange {
  const before = new Map(known.map((tool) => [tool.name, tool]))
  const change: InventoryChange = { added: [], changed: [], gone: [], same: [] }
  for (const definition of listed) {
    const tool = inventoryTool(definition)
    const old = before.get(tool.name)
    before.delete(tool.name)
    if (old === undefined) change.added.push(tool)
    else if (old.digest !== tool.digest || old.removedAt !== null) change.changed.push(tool)
    else change.same.push(tool.name)
  }
  for (const tool of before.values()) if (tool.removedAt === null) change.gone.push(tool.name)
  return change
}

export const isUnchanged = ({ added, changed, gone }: InventoryChange): boolean =>
  added.length + changed.length + gone.length === 0
