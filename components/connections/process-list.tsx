import { CircleStop, Cpu, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { CodeBlock } from '@/components/ui/code-block'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card } from '@/components/ui/section'

export interface ProcessRow {
  id: string
  sessionId: string
  gateway: string
  startedAt: Date
  endedAt: Date | null
  endReason: string | null
  /** It ended by itself. */
  died: boolean
  stderrTail: string
}

/** What the gateways ran for a connection, latest first, each with the last lines it logged. */
export function ProcessList({ processes }: { processes: readonly ProcessRow[] }) {
  if (processes.length === 0) {
    return (
      <EmptyState icon={<Cpu aria-hidden />} title="Nothing has been run yet">
        Each session gets a process of its own. What it logs to stderr is kept here, masked.
      </EmptyState>
    )
  }
  return (
    <ul aria-label="Processes" className="flex flex-col gap-3">
      {processes.map((process) => (
        <li key={process.id}>
          <Card>
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <Standing {...process} />
              <span className="text-ink-2">
                started <RelativeTime at={process.startedAt} /> on{' '}
                <span className="font-mono text-xs">{process.gateway}</span>
              </span>
              {process.endedAt && (
                <span className="text-ink-2">
                  ended <RelativeTime at={process.endedAt} />: {process.endReason}
                </span>
              )}
              <Link
                href={`/sessions/${process.sessionId}`}
                className="ml-auto text-accent text-xs underline underline-offset-2"
              >
                Its session
              </Link>
            </div>
            {process.stderrTail !== '' && (
              <div className="mt-3">
                <CodeBlock title="Last lines on stderr, masked" code={process.stderrTail} maxHeight={240} wrap />
              </div>
            )}
          </Card>
        </li>
      ))}
    </ul>
  )
}

function Standing({ endedAt, died }: Pick<ProcessRow, 'endedAt' | 'died'>) {
  if (endedAt === null) {
    return (
      <Badge tone="ok" icon={<Cpu aria-hidden />}>
        Running
      </Badge>
    )
  }
  return died ? (
    <Badge tone="no" icon={<TriangleAlert aria-hidden />}>
      Ended by itself
    </Badge>
  ) : (
    <Badge tone="neutral" icon={<CircleStop aria-hidden />}>
      Ended
    </Badge>
  )
}
