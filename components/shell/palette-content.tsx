'use client'

import { Command } from 'cmdk'
import {
  ArrowRight,
  FileText,
  Flag,
  Keyboard,
  type LucideIcon,
  Moon,
  Play,
  Plug,
  Search,
  SquareCheck,
  Sun,
  UserRound,
  Wrench,
  Zap,
} from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useState } from 'react'
import { setTheme, useResolvedTheme } from '@/components/ui/preferences'
import { Skeleton } from '@/components/ui/skeleton'
import type { CommandPaletteProps, PaletteResult } from './palette-types'

const KIND_ICON: Record<PaletteResult['kind'], LucideIcon> = {
  identity: UserRound,
  connection: Plug,
  campaign: Flag,
  review: SquareCheck,
  session: Play,
  tool: Wrench,
  page: FileText,
}

type Found = { query: string; results: PaletteResult[] } | { query: string; failed: true }

/** What the server found for a query; undefined until it answers. An answer that was overtaken is dropped. */
function useSearch(search: CommandPaletteProps['search'], query: string): Found | undefined {
  const [found, setFound] = useState<Found>()
  useEffect(() => {
    if (!query) return
    let stale = false
    const timer = setTimeout(async () => {
      const answer = await search(query).then(
        (results) => ({ query, results }),
        () => ({ query, failed: true as const }),
      )
      if (!stale) setFound(answer)
    }, 120)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [search, query])
  return found?.query === query ? found : undefined
}

interface ItemProps {
  value: string
  icon: ReactNode
  label: string
  sub?: string
  keywords?: string[]
  onSelect: () => void
}

function Item({ value, icon, label, sub, keywords = [], onSelect }: ItemProps) {
  return (
    <Command.Item
      value={value}
      keywords={[label, ...keywords]}
      onSelect={onSelect}
      className="flex h-10 cursor-default select-none items-center gap-3 rounded-md px-3 text-ink text-sm data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3"
    >
      {icon}
      <span className="truncate">{label}</span>
      {sub && <span className="min-w-0 truncate text-ink-3 text-xs">{sub}</span>}
    </Command.Item>
  )
}

const GROUP =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3'

/** Loaded when the palette first opens: most visits never do. */
export type PaletteContentProps = Omit<CommandPaletteProps, 'open' | 'onOpenChange'> & { close: () => void }

export function PaletteContent({ nav, verbs = [], search, onShortcuts, close }: PaletteContentProps) {
  const router = useRouter()
  const theme = useResolvedTheme()
  const [query, setQuery] = useState('')
  const term = query.trim()
  const found = useSearch(search, term)
  const [marked, setMarked] = useState('')
  const [answered, setAnswered] = useState(found)
  // Enter right after typing goes to the best match, although it arrived after the verbs were drawn.
  if (found !== answered) {
    setAnswered(found)
    if (found && 'results' in found && found.results[0]) setMarked(`result ${found.results[0].href}`)
  }
  const go = (href: string) => {
    close()
    router.push(href)
  }
  const run = (verb: () => void) => {
    close()
    verb()
  }
  const results = found && 'results' in found ? found.results : []
  return (
    <Command label="Search or run" loop value={marked} onValueChange={setMarked}>
      <div className="flex items-center gap-3 border-b px-4">
        <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
        <Command.Input
          autoFocus
          value={query}
          onValueChange={setQuery}
          placeholder="Go to an identity, a connection, a session; or run…"
          className="h-12 w-full bg-transparent text-base text-ink outline-none"
        />
      </div>
      <Command.List className="max-h-[min(420px,60dvh)] overflow-auto p-2">
        {(!term || found) && (
          <Command.Empty className="px-3 py-8 text-center text-ink-3 text-sm">
            Nothing you may see is called “{term}”.
          </Command.Empty>
        )}
        {term && !found && (
          <div className="flex h-10 items-center gap-3 px-3">
            <Skeleton className="size-4" />
            <Skeleton className="h-3.5 w-48" />
          </div>
        )}
        {found && 'failed' in found && (
          <p role="alert" className="px-3 py-2 text-no text-sm">
            The search did not answer. Type on to try again.
          </p>
        )}
        {results.length > 0 && (
          <Command.Group heading="Found" className={GROUP}>
            {results.map((result) => {
              const Icon = KIND_ICON[result.kind]
              return (
                <Item
                  key={result.href}
                  value={`result ${result.href}`}
                  icon={<Icon aria-hidden />}
                  label={result.label}
                  sub={result.sub}
                  // The server's match stands, even where the palette's own scoring would drop it.
                  keywords={[term, result.sub ?? '']}
                  onSelect={() => go(result.href)}
                />
              )
            })}
          </Command.Group>
        )}
        <Command.Group heading="Go to" className={GROUP}>
          {nav.flat().map((entry) => (
            <Item
              key={entry.href}
              value={`go ${entry.href}`}
              icon={<ArrowRight aria-hidden />}
              label={entry.label}
              onSelect={() => go(entry.href)}
            />
          ))}
        </Command.Group>
        <Command.Group heading="Run" className={GROUP}>
          {verbs.map((verb) => (
            <Item
              key={`${verb.href} ${verb.label}`}
              value={`run ${verb.label}`}
              icon={<Zap aria-hidden />}
              label={verb.label}
              keywords={verb.keywords}
              onSelect={() => go(verb.href)}
            />
          ))}
          <Item
            value="run theme"
            icon={theme === 'dark' ? <Sun aria-hidden /> : <Moon aria-hidden />}
            label={theme === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
            keywords={['theme', 'mode']}
            onSelect={() => run(() => setTheme(theme === 'dark' ? 'light' : 'dark'))}
          />
          <Item
            value="run shortcuts"
            icon={<Keyboard aria-hidden />}
            label="Show keyboard shortcuts"
            onSelect={() => run(onShortcuts)}
          />
        </Command.Group>
      </Command.List>
    </Command>
  )
}
