import { decideToolReviewAction } from '@/app/(app)/connections/actions'
import { readConnection } from '@/app/(app)/connections/read'
import type { OpenToolReview } from '@/components/connections/tool-review-panel'
import { ToolSheet } from '@/components/connections/tool-sheet'
import type { ToolState } from '@/components/connections/tool-state'
import { ToolTable } from '@/components/connections/tool-table'
import { defineTableParams, type RawSearchParams } from '@/components/data-table/search-params'
import { mayCertify } from '@/lib/connections/authority'
import { definitionDiff } from '@/lib/connections/definition-diff'
import type { ToolDetail } from '@/lib/connections/store'
import { listToolReviews, type ToolReview } from '@/lib/connections/tool-review-store'
import { db } from '@/lib/db'
import { ToolRisk } from '@/lib/domain'

const TOOL_PARAMS = defineTableParams({ facets: ['risk', 'state'], sorts: ['name', 'seen'], defaultSort: 'name' })

interface Props {
  params: Promise<{ slug: string }>
  searchParams: Promise<RawSearchParams>
}

export default async function ToolsPage({ params, searchParams }: Props) {
  const [{ slug }, raw] = await Promise.all([params, searchParams])
  const { actor, connection } = await readConnection(slug)
  const reviews = await listToolReviews(db(), actor, { connectionId: connection.id, status: 'open' })
  const query = TOOL_PARAMS.parse(raw)
  const opened = connection.tools.find((tool) => tool.name === raw.tool)
  const rows = connection.tools.filter((tool) => {
    const { risk, state } = query.filters
    return (
      (!risk || risk.includes(tool.risk)) && (!state || state.includes(stateOf(tool))) && matchesText(tool, query.q)
    )
  })
  if (query.sort?.by === 'seen') rows.sort((a, b) => a.firstSeenAt.getTime() - b.firstSeenAt.getTime())
  if (query.sort?.descending) rows.reverse()
  const count = (test: (tool: ToolDetail) => boolean) => connection.tools.filter(test).length
  return (
    <>
      <ToolTable
        slug={slug}
        query={query}
        rows={rows.map((tool) => ({
          name: tool.name,
          title: tool.title,
          description: tool.description,
          risk: tool.risk,
          pinnedDigest: tool.pinnedDigest,
          state: stateOf(tool),
          firstSeenAt: tool.firstSeenAt,
        }))}
        counts={{
          risk: Object.fromEntries(ToolRisk.options.map((risk) => [risk, count((tool) => tool.risk === risk)])),
          changed: count((tool) => stateOf(tool) === 'changed'),
          new: count((tool) => stateOf(tool) === 'new'),
          gone: count((tool) => stateOf(tool) === 'gone'),
        }}
        unreachable={connection.checkError !== null}
      />
      {opened && (
        <ToolSheet
          key={opened.name}
          slug={slug}
          tool={{
            name: opened.name,
            title: opened.title,
            description: opened.description,
            risk: opened.risk,
            state: stateOf(opened),
            digest: opened.digest,
            pinnedDigest: opened.pinnedDigest,
            firstSeenAt: opened.firstSeenAt,
            lastSeenAt: opened.lastSeenAt,
            certifiedAt: opened.certifiedAt,
            certifiedBy: opened.certifiedBy,
            review: openReview(reviews.find(({ tool }) => tool === opened.name)),
            ...schemasOf(opened.definition),
          }}
          isFlagged={connection.toolChanges === 'flag'}
          decide={mayCertify(actor, connection) ? decideToolReviewAction : null}
        />
      )}
    </>
  )
}

function stateOf(tool: ToolDetail): ToolState {
  if (tool.removedAt !== null) return 'gone'
  if (tool.isChanged) return 'changed'
  return tool.certifiedAt === null ? 'new' : 'pinned'
}

function openReview(review: ToolReview | undefined): OpenToolReview | null {
  if (review === undefined) return null
  const { id, cause, resembles, openedAt, previousDefinition, definition } = review
  const changes = previousDefinition === null ? null : definitionDiff(previousDefinition, definition)
  return { id, cause, resembles, openedAt, changes }
}

const matchesText = (tool: ToolDetail, q: string): boolean =>
  [tool.name, tool.title, tool.description].some((text) => text?.toLowerCase().includes(q.toLowerCase()))

/** The schemas as JSON text; absent where the definition has none. */
function schemasOf(definition: unknown): { input: string | null; output: string | null; annotations: string | null } {
  const { inputSchema, outputSchema, annotations } = (definition ?? {}) as Record<string, unknown>
  const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value, null, 2))
  return { input: text(inputSchema), output: text(outputSchema), annotations: text(annotations) }
}
