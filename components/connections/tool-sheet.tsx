'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { Callout } from '@/components/ui/callout'
import { CopyableId } from '@/components/ui/copyable-id'
import { ToolRiskBadge } from '@/components/ui/domain-badges'
import { JsonTree } from '@/components/ui/json-tree'
import { KeyValues } from '@/components/ui/key-values'
import { MaskedText } from '@/components/ui/masked-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { Sheet } from '@/components/ui/sheet'
import type { ToolRisk } from '@/lib/domain'
import { type DecideToolReview, type OpenToolReview, ToolReviewPanel } from './tool-review-panel'
import type { ToolState } from './tool-state'

interface ToolSheetProps {
  slug: string
  tool: {
    name: string
    title: string | null
    description: string | null
    risk: ToolRisk
    state: ToolState
    digest: string
    pinnedDigest: string
    firstSeenAt: Date
    lastSeenAt: Date
    /** JSON text. */
    input: string | null
    output: string | null
    annotations: string | null
    /** The open question about it. */
    review: OpenToolReview | null
    certifiedBy: string | null
    certifiedAt: Date | null
  }
  isFlagged: boolean
  decide: DecideToolReview | null
}

/** One tool as the server defines it. Open while `?tool=` names it. */
export function ToolSheet({ slug, tool, isFlagged, decide }: ToolSheetProps) {
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams()
  const close = () => {
    const rest = new URLSearchParams(search)
    rest.delete('tool')
    router.push(rest.size > 0 ? `${pathname}?${rest}` : pathname, { scroll: false })
  }
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && close()}
      size="lg"
      title={tool.name}
      description={tool.title ?? `A tool of ${slug}`}
    >
      <div className="flex flex-col gap-6">
        {tool.review && <ToolReviewPanel tool={tool.name} review={tool.review} isFlagged={isFlagged} decide={decide} />}
        {tool.state === 'changed' && !tool.review && (
          <Callout tone="cut" title="Its definition is not the one that was certified">
            It was looked at and rejected.{' '}
            {isFlagged
              ? 'Calls pass all the same: this connection only flags.'
              : 'It stays out of use until its server offers another one.'}
          </Callout>
        )}
        {tool.state === 'new' && !tool.review && (
          <Callout title="It appeared after somebody last looked at this server">
            It says that it only reads, so calls of it pass where a grant covers it.
          </Callout>
        )}
        {tool.state === 'gone' && (
          <Callout title="The server no longer offers it">What is shown is the last definition it gave.</Callout>
        )}
        <p className="whitespace-pre-wrap break-words text-ink text-sm">
          {tool.description ? (
            <MaskedText text={tool.description} />
          ) : (
            <span className="text-ink-3">The server gives no description.</span>
          )}
        </p>
        <KeyValues
          items={[
            { label: 'Risk', value: <ToolRiskBadge risk={tool.risk} /> },
            { label: 'Pinned digest', value: <CopyableId value={tool.pinnedDigest} ends={12} label="pinned digest" /> },
            ...(tool.digest === tool.pinnedDigest
              ? []
              : [
                  {
                    label: 'Digest now',
                    value: <CopyableId value={tool.digest} ends={12} label="digest of the definition now" />,
                  },
                ]),
            {
              label: 'Certified',
              value: tool.certifiedAt ? (
                <>
                  <RelativeTime at={tool.certifiedAt} />{' '}
                  {tool.certifiedBy ? `by ${tool.certifiedBy}` : 'at first sight'}
                </>
              ) : (
                'by nobody'
              ),
            },
            { label: 'First seen', value: <RelativeTime at={tool.firstSeenAt} /> },
            { label: 'Last seen', value: <RelativeTime at={tool.lastSeenAt} /> },
          ]}
        />
        {tool.input && (
          <Section title="Arguments it takes">
            <JsonTree source={tool.input} label={`Input schema of ${tool.name}`} depth={3} />
          </Section>
        )}
        {tool.output && (
          <Section title="Result it promises">
            <JsonTree source={tool.output} label={`Output schema of ${tool.name}`} depth={1} />
          </Section>
        )}
        {tool.annotations && (
          <Section
            title="Annotations"
            description="Hints from the server about itself. The risk follows from them; nothing proves them."
          >
            <JsonTree source={tool.annotations} label={`Annotations of ${tool.name}`} />
          </Section>
        )}
      </div>
    </Sheet>
  )
}
