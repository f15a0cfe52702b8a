import { randomBytes } from 'node:crypto'
import type { Actor } from '@/lib/actor'
import { inTransaction } from '@/lib/db'
import { InvalidInput } from '@/lib/errors'
import { maskText } from '@/lib/masking/mask'
import type { AuditQuery } from './search-store'
import { AuditQuery as Query } from './search-store'
import { recordAudit } from './store'

export type ExportFormat = 'csv' | 'jsonl'

/** Evidence leaves the house: who took which part of it is part of the trail. Before the first byte goes out. */
export async function recordExport(actor: Actor, query: AuditQuery, format: ExportFormat): Promise<void> {
  const parsed = Query.safeParse(query)
  if (!parsed.success) throw new InvalidInput('This search cannot be exported. Start it again.')
  await inTransaction(async (tx) => {
    recordAudit(tx, actor, {
      action: 'audit.exported',
      targetType: 'audit',
      data: { format, query: withoutSearchedValues(query) },
    })
  })
}

/** Who looks for a customer types the customer: the trail says that somebody searched, not for whom. */
function withoutSearchedValues({ identity, connection, actor, ...typed }: AuditQuery) {
  const masked = maskText(JSON.stringify(typed), randomBytes(32)).text
  return JSON.parse(JSON.stringify({ ...JSON.parse(masked), identity, connection, actor }))
}
