import { CopyButton } from './copy-button'
import { MaskedText } from './masked-text'

interface CodeBlockProps {
  code: string
  /** What it is: "Claude Code", "access.yaml". Also names the copy button. */
  title?: string
  /** Long lines wrap instead of scrolling. */
  wrap?: boolean
  copy?: boolean
  /** Shows a scrollbar past this height. */
  maxHeight?: number
}

/** Text to read and take away. Never interprets it: what it shows may come from an attacker. */
export function CodeBlock({ code, title, wrap, copy = true, maxHeight }: CodeBlockProps) {
  return (
    <figure className="group relative overflow-hidden rounded-lg border bg-sunken">
      {title && (
        <figcaption className="flex h-9 items-center justify-between border-b pr-1 pl-3.5 text-ink-3 text-xs">
          {title}
          {copy && <CopyButton text={code} label={`Copy ${title}`} />}
        </figcaption>
      )}
      {!title && copy && (
        <span className="absolute top-1.5 right-1.5 rounded-md bg-sunken">
          <CopyButton text={code} label="Copy" />
        </span>
      )}
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        style={{ maxHeight }}
        className={`overflow-auto px-3.5 py-3 font-mono text-ink text-xs leading-5 outline-offset-[-2px] ${wrap ? 'whitespace-pre-wrap break-words' : ''} ${title || !copy ? '' : 'pr-12'}`}
      >
        <code>
          <MaskedText text={code} />
        </code>
      </pre>
    </figure>
  )
}
