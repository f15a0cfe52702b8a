import { KeyRound } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { classNames } from '@/components/ui/class-names'
import { CodeBlock } from '@/components/ui/code-block'
import { CopyButton } from '@/components/ui/copy-button'
import { KEY_VARIABLE, type Snippet } from './snippets'

interface ConnectGuideProps {
  slug: string
  url: string
  current: string
  snippets: readonly Snippet[]
  archived: boolean
}

/** From "I have an MCP client" to its first call: the address, a key, and what to paste where. */
export function ConnectGuide({ slug, url, current, snippets, archived }: ConnectGuideProps) {
  const shown = snippets.find(({ id }) => id === current) ?? snippets[0]!
  if (archived) return <Callout title="It is archived">Nothing can be connected to it any more.</Callout>
  return (
    <div className="grid grid-cols-1 gap-x-10 gap-y-6 lg:grid-cols-[minmax(260px,340px)_minmax(0,1fr)]">
      <ol className="flex flex-col gap-6">
        <Step number={1} title="Change the URL">
          <p>Clients keep everything else. This is the gateway’s address of {slug}:</p>
          <div className="mt-2 flex items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-2.5">
            <code className="min-w-0 flex-1 break-all font-mono text-ink text-xs">{url}</code>
            <CopyButton text={url} label="Copy the address" />
          </div>
        </Step>
        <Step number={2} title="Bring a key of its own">
          <p>
            Each client calls as an identity, with a key that its owner issued. Put it into{' '}
            <code className="font-mono text-ink text-xs">{KEY_VARIABLE}</code>, never into a file that is shared.
          </p>
          <div className="mt-2">
            <ButtonLink size="sm" href="/identities" icon={<KeyRound aria-hidden />}>
              Issue a key under Identities
            </ButtonLink>
          </div>
        </Step>
        <Step number={3} title="Have access">
          <p>
            Without a grant, tools are neither listed nor callable, and the refusal says so with a reference.{' '}
            <Link href={`/connections/${slug}/access`} className="text-accent underline underline-offset-2">
              Who has access
            </Link>
          </p>
        </Step>
      </ol>
      <section aria-label="Set up a client" className="min-w-0">
        <nav aria-label="Client" className="mb-3 flex flex-wrap gap-1.5">
          {snippets.map(({ id, client }) => (
            <Link
              key={id}
              href={`/connections/${slug}/connect?client=${id}`}
              scroll={false}
              replace
              aria-current={id === shown.id ? 'true' : undefined}
              className={classNames(
                'flex h-7 items-center rounded-md border px-2.5 text-xs transition-colors duration-120',
                id === shown.id
                  ? 'border-line-strong bg-active font-medium text-ink'
                  : 'text-ink-2 hover:border-line-strong hover:text-ink',
              )}
            >
              {client}
            </Link>
          ))}
        </nav>
        <CodeBlock key={shown.id} title={shown.where} code={shown.code} />
        {shown.note && <p className="mt-3 max-w-160 text-ink-3 text-sm">{shown.note}</p>}
      </section>
    </div>
  )
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="flex gap-3">
      <span
        aria-hidden
        className="grid size-6 shrink-0 place-items-center rounded-full border bg-sunken font-medium text-ink-2 text-xs"
      >
        {number}
      </span>
      <div className="min-w-0 flex-1 text-ink-2 text-sm">
        <h2 className="mb-1 pt-0.5 font-semibold text-ink">{title}</h2>
        {children}
      </div>
    </li>
  )
}
