import { Plug, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import { bypassOf } from '@/components/connections/bypass'
import { type ConnectionCardData, ConnectionGrid } from '@/components/connections/connection-card'
import { plural } from '@/components/format'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { TabLinks } from '@/components/ui/tabs'
import { type Actor, hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { commandLine } from '@/lib/connections/process-input'
import { type ConnectionListItem, listConnections } from '@/lib/connections/store'
import { type ConnectionTraffic, connectionTraffic } from '@/lib/connections/traffic-store'
import { db } from '@/lib/db'

export const metadata: Metadata = { title: 'Connections' }

interface Props {
  searchParams: Promise<{ archived?: string }>
}

export default async function ConnectionsPage({ searchParams }: Props) {
  const actor = await requireActor()
  const archived = (await searchParams).archived === '1'
  const [active, past, traffic] = await Promise.all([
    listConnections(db(), actor),
    listConnections(db(), actor, { archived: true }),
    connectionTraffic(db(), actor, new Date()),
  ])
  const shown = archived ? past : active
  return (
    <Page crumbs={[{ label: 'Connections' }]}>
      <PageHeader
        title="Connections"
        sub={summary(active)}
        actions={
          mayRegister(actor) && (
            <ButtonLink href="/connections/new" variant="primary" icon={<Plus aria-hidden />}>
              New connection
            </ButtonLink>
          )
        }
      />
      {past.length > 0 && (
        <TabLinks
          label="Which connections"
          items={[
            { href: '/connections', label: 'Active', count: active.length, current: !archived },
            { href: '/connections?archived=1', label: 'Archived', count: past.length, current: archived },
          ]}
        />
      )}
      {shown.length > 0 ? (
        <ConnectionGrid connections={shown.map((connection) => toCard(connection, traffic.get(connection.id)))} />
      ) : (
        <NoConnections actor={actor} />
      )}
    </Page>
  )
}

const mayRegister = (actor: Actor) => hasRole(actor, 'admin', 'engineer')

function summary(connections: readonly ConnectionListItem[]): string {
  const bypassed = connections.filter((connection) => bypassOf(connection) !== null).length
  const unreachable = connections.filter(({ health }) => health === 'unreachable').length
  return [
    `${plural(connections.length, 'MCP server')} behind the gateway`,
    unreachable > 0 && `${unreachable} unreachable at the last check`,
    bypassed > 0 && `${bypassed} can be bypassed`,
  ]
    .filter(Boolean)
    .join(' · ')
}

const toCard = (connection: ConnectionListItem, traffic: ConnectionTraffic | undefined): ConnectionCardData => ({
  slug: connection.slug,
  name: connection.name,
  leadsTo: connection.upstreamUrl === null ? commandLine(connection) : new URL(connection.upstreamUrl).host,
  risk: connection.risk,
  owner: connection.owner?.displayName ?? null,
  health: connection.health,
  checkError: connection.checkError,
  checkedAt: connection.checkedAt,
  bypass: bypassOf(connection),
  toolCounts: connection.toolCounts,
  traffic: traffic ?? null,
})

function NoConnections({ actor }: { actor: Actor }) {
  return (
    <EmptyState
      icon={<Plug aria-hidden />}
      title="No connections yet"
      action={
        mayRegister(actor) && (
          <ButtonLink href="/connections/new" variant="primary" icon={<Plus aria-hidden />}>
            Register an MCP server
          </ButtonLink>
        )
      }
    >
      {mayRegister(actor)
        ? 'An MCP server behind the gateway: its clients change nothing but the URL, and every call is decided and recorded.'
        : 'You see the connections that you own, review, or may call. An engineer registers them.'}
    </EmptyState>
  )
}
