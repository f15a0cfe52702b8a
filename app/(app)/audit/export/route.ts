import type { NextRequest } from 'next/server'
import { parseAuditParams, toAuditQuery } from '@/app/(app)/audit/query'
import type { Actor } from '@/lib/actor'
import { csvLine } from '@/lib/audit/csv'
import { type ExportFormat, recordExport } from '@/lib/audit/export-command'
import { type AuditEventView, type AuditQuery, searchAudit } from '@/lib/audit/search-store'
import { currentActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { DomainError } from '@/lib/errors'

const PAGE = 500
const TYPE: Record<ExportFormat, string> = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' }

/** All events that the search of the list finds and this person may see, newest first, as they are read. */
export async function GET(request: NextRequest): Promise<Response> {
  const actor = await currentActor()
  if (actor === null) return new Response('Sign in again.', { status: 401 })
  const params = request.nextUrl.searchParams
  const format: ExportFormat = params.get('format') === 'jsonl' ? 'jsonl' : 'csv'
  const raw = Object.fromEntries([...new Set(params.keys())].map((key) => [key, params.getAll(key)]))
  const now = new Date()
  const { cursor: _after, before: _before, ...query } = toAuditQuery(parseAuditParams(raw), now)
  try {
    await recordExport(actor, query, format)
  } catch (error) {
    if (error instanceof DomainError) return new Response(error.message, { status: error.status })
    throw error
  }
  const name = `audit-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z.${format}`
  return new Response(streamOf(lines(actor, { ...query, until: now }, format)), {
    headers: {
      'content-type': TYPE[format],
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}

async function* lines(actor: Actor, query: AuditQuery, format: ExportFormat): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(HEADER)
  let cursor: string | undefined
  do {
    const page = await searchAudit(db(), actor, { ...query, cursor, limit: PAGE })
    yield page.events.map(format === 'csv' ? csvOf : jsonOf).join('')
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

const HEADER = [
  'time',
  'actor',
  'action',
  'identity',
  'connection',
  'tool',
  'outcome',
  'reason',
  'reference',
  'session',
  'target_type',
  'target',
  'count',
  'data',
  'chain',
  'seq',
  'hash',
]

const csvOf = (event: AuditEventView): string =>
  csvLine([
    event.at.toISOString(),
    event.actor,
    event.action,
    event.identity?.name ?? null,
    event.connection?.slug ?? null,
    event.tool,
    event.outcome,
    event.reason,
    event.reference,
    event.sessionId,
    event.targetType,
    event.targetId,
    event.count,
    JSON.stringify(event.data),
    event.chain,
    event.seq,
    event.hash,
  ])

const jsonOf = (event: AuditEventView): string => `${JSON.stringify(event)}\n`

function streamOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await text.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await text.return(undefined)
    },
  })
}
