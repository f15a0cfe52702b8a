import { readConnection } from '@/app/(app)/connections/read'
import { ConnectGuide } from '@/components/connections/connect-guide'
import { connectSnippets } from '@/components/connections/snippets'
import type { ToolDetail } from '@/lib/connections/store'
import { endpointOf } from '@/lib/domain'
import { env } from '@/lib/env'

interface Props {
  params: Promise<{ slug: string }>
  searchParams: Promise<{ client?: string }>
}

export default async function ConnectPage({ params, searchParams }: Props) {
  const [{ slug }, { client }] = await Promise.all([params, searchParams])
  const { connection } = await readConnection(slug)
  const url = `${env().gatewayUrl}/${slug}/${endpointOf(connection.transport)}`
  const readTool = connection.tools.find(needsNoArguments)?.name ?? null
  return (
    <ConnectGuide
      slug={slug}
      url={url}
      current={client ?? 'curl'}
      snippets={connectSnippets({ slug, url, transport: connection.transport, readTool })}
      archived={connection.archivedAt !== null}
    />
  )
}

function needsNoArguments({ risk, removedAt, definition }: ToolDetail): boolean {
  const { inputSchema } = (definition ?? {}) as { inputSchema?: { required?: unknown } }
  const required = inputSchema?.required
  return risk === 'read' && removedAt === null && !(Array.isArray(required) && required.length > 0)
}
