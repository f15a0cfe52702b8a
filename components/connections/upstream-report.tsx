import { ShieldCheck } from 'lucide-react'
import { plural } from '@/components/format'
import { Callout } from '@/components/ui/callout'
import { CodeBlock } from '@/components/ui/code-block'
import { ToolRiskBadge } from '@/components/ui/domain-badges'
import { MaskedText } from '@/components/ui/masked-text'
import type { ToolRisk } from '@/lib/domain'
import { BYPASS_ADVICE, BYPASS_TITLE } from './bypass'

/** What a server said when it was asked. */
export type UpstreamAnswer =
  | {
      reachable: true
      serverName: string
      serverVersion: string
      tools: { name: string; title: string | null; description: string | null; risk: ToolRisk }[]
      answersWithoutCredential: boolean | null
    }
  | {
      reachable: false
      problem: string
      /** What a process logged last, masked. */
      log?: string
    }

/** Before saving: is it the right server, what does it offer, and could somebody go around the gateway. */
export function UpstreamReport({ answer, isProcess = false }: { answer: UpstreamAnswer; isProcess?: boolean }) {
  if (!answer.reachable) {
    return (
      <div className="flex flex-col gap-3">
        <Callout tone="no" live title="It did not answer">
          {answer.problem}
        </Callout>
        {answer.log && <CodeBlock title="What it logged last, masked" code={answer.log} maxHeight={320} wrap />}
      </div>
    )
  }
  const { serverName, serverVersion, tools, answersWithoutCredential } = answer
  const destructive = tools.filter(({ risk }) => risk === 'destructive').length
  return (
    <div className="flex flex-col gap-3">
      <Callout tone="ok" live title={`${serverName || 'An MCP server'} ${serverVersion} answers`}>
        {plural(tools.length, 'tool')}
        {destructive > 0 && `, ${destructive} of them destructive`}. Each definition is pinned when you register it.
      </Callout>
      {answersWithoutCredential === true && (
        <Callout tone="cut" title={BYPASS_TITLE['ignores-credential']}>
          {BYPASS_ADVICE['ignores-credential']}
        </Callout>
      )}
      {answersWithoutCredential === null && !isProcess && (
        <Callout tone="cut" title={BYPASS_TITLE['asks-for-none']}>
          {BYPASS_ADVICE['asks-for-none']}
        </Callout>
      )}
      {answersWithoutCredential === false && (
        <p className="flex items-center gap-2 px-3 text-ink-2 text-sm">
          <ShieldCheck aria-hidden className="size-3.5 text-ok" />
          Without the credential it turns callers away, so it cannot be called around the gateway.
        </p>
      )}
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label="Tools it offers"
        className="max-h-120 overflow-y-auto rounded-lg border"
      >
        <table className="w-full text-left text-sm">
          <caption className="sr-only">Tools it offers</caption>
          <thead>
            <tr className="text-ink-3 text-xs">
              <th scope="col" className="sticky top-0 h-9 border-b bg-surface px-3 font-medium">
                Tool
              </th>
              <th scope="col" className="sticky top-0 h-9 border-b bg-surface px-3 font-medium">
                Risk
              </th>
            </tr>
          </thead>
          <tbody>
            {tools.map((tool) => (
              <tr key={tool.name} className="border-b last:border-0">
                <th scope="row" className="min-w-0 px-3 py-2 font-normal">
                  <span className="block break-all font-medium font-mono text-ink text-xs">{tool.name}</span>
                  {tool.description && (
                    <span className="line-clamp-2 text-ink-3 text-xs">
                      <MaskedText text={tool.description} />
                    </span>
                  )}
                </th>
                <td className="px-3 py-2 align-top">
                  <ToolRiskBadge risk={tool.risk} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
