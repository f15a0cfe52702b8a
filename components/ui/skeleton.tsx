import type { CSSProperties } from 'react'
import { classNames } from './class-names'

/** Holds the place of what is loading, in its size. Wrap a group in an element with aria-busy and a label. */
export function Skeleton({ className, style }: { className?: string; style?: CSSProperties }) {
  return <div aria-hidden style={style} className={classNames('animate-breathe rounded-sm bg-active', className)} />
}

export function SkeletonText({ lines = 3 }: { lines?: number }) {
  return (
    <div className="flex flex-col gap-2">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders that never move
        <Skeleton key={line} className="h-3.5" style={{ width: `${[100, 86, 62][line % 3]}%` }} />
      ))}
    </div>
  )
}
