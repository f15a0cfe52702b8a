import { CodeBlock } from '@/components/ui/code-block'
import { JsonTree } from '@/components/ui/json-tree'
import { KeyValues } from '@/components/ui/key-values'
import { MaskedText } from '@/components/ui/masked-text'
import { visibleText } from '@/components/ui/visible-text'
import { type Block, renderBody } from './rendered'

/** A recorded body for reading. No link is a link, no image loads, no markup acts: it is all text. */
export function RenderedBody({ body }: { body: string }) {
  const blocks = renderBody(body)
  if (blocks.length === 0) return <p className="text-ink-3 text-sm">It says nothing beyond its kind.</p>
  return (
    <div className="flex flex-col gap-3">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks of one body, which never reorder
        <BlockView key={index} block={block} />
      ))}
    </div>
  )
}

const TEXT_LIMIT = 40_000

function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case 'text': {
      const cut = block.text.length > TEXT_LIMIT
      return (
        <div>
          {block.label && <BlockLabel>{block.label}</BlockLabel>}
          <CodeBlock code={cut ? block.text.slice(0, TEXT_LIMIT) : block.text} wrap copy={!cut} maxHeight={480} />
          {cut && (
            <p className="mt-1 text-ink-3 text-xs">The first {TEXT_LIMIT / 1000},000 letters. Raw has them all.</p>
          )}
        </div>
      )
    }
    case 'json':
      return (
        <div>
          <BlockLabel>{visibleText(block.label)}</BlockLabel>
          <JsonTree source={block.source} label={visibleText(block.label)} maxHeight={480} />
        </div>
      )
    case 'facts':
      return (
        <KeyValues
          items={block.facts.map((fact) => ({
            label: fact.label.charAt(0).toUpperCase() + fact.label.slice(1),
            value: <MaskedText text={fact.value} />,
            mono: true,
          }))}
        />
      )
    case 'names':
      return (
        <div>
          <BlockLabel>
            {block.label}, {block.names.length}
          </BlockLabel>
          <ul className="divide-y overflow-hidden rounded-lg border">
            {block.names.slice(0, 200).map((entry, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat; the list never reorders
              <li key={index} className="px-3 py-1.5">
                <p className="break-words font-mono text-ink text-xs leading-5">
                  <MaskedText text={entry.name} />
                </p>
                {entry.note && (
                  <p className="line-clamp-2 break-words text-ink-3 text-xs">
                    <MaskedText text={entry.note} />
                  </p>
                )}
              </li>
            ))}
          </ul>
          {block.names.length > 200 && <p className="mt-1 text-ink-3 text-xs">The first 200. JSON has them all.</p>}
        </div>
      )
    case 'error':
      return (
        <div data-tone="no" className="rounded-lg bg-no-soft px-3 py-2.5 text-no text-sm">
          <p className="break-words font-semibold">
            Error <MaskedText text={block.code} />
          </p>
          <p className="break-words">
            <MaskedText text={block.message} />
          </p>
        </div>
      )
    case 'note':
      return <p className="break-words text-ink-3 text-sm">{visibleText(block.text)}</p>
  }
}

function BlockLabel({ children }: { children: React.ReactNode }) {
  return <p className="mb-1.5 font-medium text-ink-3 text-xs">{children}</p>
}
