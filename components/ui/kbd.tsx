import { classNames } from './class-names'

/** A key or chord as printed on the keyboard: `<Kbd>c</Kbd>`, `<Kbd>⌘K</Kbd>`. Inherits colour on filled buttons. */
export function Kbd({ children, onAccent = false }: { children: string; onAccent?: boolean }) {
  return (
    <kbd
      className={classNames(
        'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border border-b-2 px-1 font-mono text-xs leading-none',
        onAccent ? 'border-current/40' : 'border-line-strong bg-surface text-ink-2',
      )}
    >
      {children}
    </kbd>
  )
}
