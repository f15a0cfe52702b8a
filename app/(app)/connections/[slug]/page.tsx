import { readConnection } from '@/app/(app)/connections/read'
import { ToolSheet } from '@/components/connections/tool-sheet'
import { ToolTable } from '@/components/connections/tool-table'
import { defineTableParams, type RawSearchParams } from '@/components/data-table/search-params'
import type { ToolDetail } from '@/lib/connections/store'
import { ToolRisk } from '@/lib/domain'

const TOOL_PARAMS = defineTableParams({ facets: ['risk', 'state'], sorts: ['name', 'seen'], defaultSort: 'name' })

interface Props {
  params: Promise<{ slug: string }>
  searchParams: Promise<RawSearchParams>
}

export default async function ToolsPage({ params, searchParams }: Props) {
  const [{ slug }, raw] = await Promise.all([params, searchParams])
  const { connection } = await readConnection(slug)
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
            ...schemasOf(opened.definition),
          }}
        />
      )}
    </>
  )
}

const stateOf = (tool: ToolDetail) => (tool.removedAt !== null ? 'gone' : tool.isChanged ? 'changed' : 'pinned')

const matchesText = (tool: ToolDetail, q: string): boolean =>
  [tool.name, tool.title, tool.description].some((text) => text?.toLowerCase().includes(q.toLowerCase()))

/** The schemas as JSON text; absent where the definition has none. */
function schemasOf(definition: unknown): { input: string | null; output: string | null; annotations: string | null } {
  const { inputSchema, outputSchema, annotations } = (definition ?? {}) as Record<string, unknown>
  const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value, null, 2))
  return { input: text(inputSchema), output: text(outputSchema), annotations: text(annotations) }
}
