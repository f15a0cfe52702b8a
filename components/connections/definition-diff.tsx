import { MaskedText } from '@/components/ui/masked-text'
import type { DefinitionChange } from '@/lib/connections/definition-diff'

/** What changed in a definition: the old above the new, place by place. Everything in it is a server's own text. */
export function DefinitionDiff({ changes }: { changes: readonly DefinitionChange[] }) {
  return (
    <ul className="divide-y overflow-hidden rounded-lg border">
      {changes.map(({ path, before, after }) => (
        <li key={path} className="flex flex-col gap-1.5 px-3.5 py-3">
          <p className="break-all font-mono text-ink-3 text-xs">{path || 'the whole definition'}</p>
          {before !== undefined && <Side sign="−" word="was" value={before} className="bg-no-soft" />}
          {after !== undefined && <Side sign="+" word="is now" value={after} className="bg-ok-soft" />}
        </li>
      ))}
    </ul>
  )
}

function Side({ sign, word, value, className }: { sign: string; word: string; value: unknown; className: string }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return (
    <div className={`flex gap-2.5 rounded-md px-2.5 py-1.5 font-mono text-xs leading-5 ${className}`}>
      <span aria-hidden className="select-none text-ink-3">
        {sign}
      </span>
      <span className="sr-only">{word}</span>
      <span className="min-w-0 whitespace-pre-wrap break-words text-ink">
        <MaskedText text={text} />
      </span>
    </div>
  )
}
