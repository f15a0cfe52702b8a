import { CircleStop, Flag, Lock, ShieldCheck, TriangleAlert, X } from 'lucide-react'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card, CardList, CardRow, RowIcon } from '@/components/ui/section'
import { type HighlightView, type HighlightWords, highlightInWords } from './highlight-words'

const ICON: Record<HighlightWords['icon'], React.ReactNode> = {
  refused: <X />,
  proven: <ShieldCheck />,
  warning: <TriangleAlert />,
  masked: <Lock />,
  campaign: <Flag />,
  session: <CircleStop />,
}

export function Highlights({ highlights }: { highlights: readonly HighlightView[] }) {
  return (
    <Card flush>
      <CardList label="Last things that mattered">
        {highlights.map((view) => {
          const words = highlightInWords(view)
          return (
            <CardRow
              key={`${view.action} ${view.at} ${view.tool}`}
              icon={<RowIcon tone={words.tone}>{ICON[words.icon]}</RowIcon>}
              title={words.title}
              sub={words.sub}
              meta={<RelativeTime at={view.at} />}
              href={words.href ?? undefined}
            />
          )
        })}
        {highlights.length === 0 && (
          <li className="px-4 py-6 text-center text-ink-3 text-sm">
            Refusals, removals and changes appear here as they happen.
          </li>
        )}
      </CardList>
    </Card>
  )
}
