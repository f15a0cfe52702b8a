import { splitPlaceholders } from './placeholders'
import { visibleText } from './visible-text'

/** Text in which every masked value shows as a chip. What is around it is text and nothing else, all of it visible. */
export function MaskedText({ text }: { text: string }) {
  return splitPlaceholders(visibleText(text)).map((part, index) =>
    part.type ? (
      <mark
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one string, which never reorder
        key={index}
        data-tone="mask"
        title={`Masked ${part.type.replaceAll('_', ' ').toLowerCase()}; the value was never stored`}
        className="rounded-sm bg-mask-soft px-0.5 font-mono text-mask"
      >
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  )
}
