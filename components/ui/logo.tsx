/** The mark: a shield with the second signature. */
export function LogoMark({ className = 'size-5' }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      aria-hidden="true"
      className={`shrink-0 text-accent ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M10 2.2 3.2 4.7v5c0 4 2.8 6.6 6.8 8.1 4-1.5 6.8-4.1 6.8-8.1v-5z" />
      <path d="m6.9 9.9 2.2 2.2 4.2-4.3" />
    </svg>
  )
}

export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-base text-ink tracking-[-0.01em]">
      <LogoMark />
      Countersign
    </span>
  )
}
