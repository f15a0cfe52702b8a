/** A session that goes on. */
export function LiveDot({ label = 'Live' }: { label?: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap font-medium text-ok text-xs">
      <span aria-hidden className="size-2 animate-breathe rounded-full bg-ok" />
      {label}
    </span>
  )
}
