import Link from 'next/link'
import type { ReactNode } from 'react'
import type { IdentityKind } from '@/lib/domain'
import { classNames } from './class-names'
import { KIND_LABEL } from './domain-badges'

type AvatarSize = 'sm' | 'md' | 'lg'

const PIXELS: Record<AvatarSize, number> = { sm: 20, md: 28, lg: 36 }

/** `Dana Kim` → DK, `lumen-vendor-agent` → LV, `dana@acme.test` → D. */
export function initials(name: string): string {
  const words = (name.split('@')[0] ?? name).split(/[\s._+-]+/).filter(Boolean)
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')
}

/** One shape per kind, so that a person is told from a machine at a glance and without colour. */
function Shape({ kind }: { kind: IdentityKind }) {
  switch (kind) {
    case 'human':
      return <circle cx="14" cy="14" r="13.5" />
    case 'service':
      return <rect x="1" y="1" width="26" height="26" rx="6" />
    case 'pipeline':
      return (
        <path d="M8.4 1.5h11.2a2 2 0 0 1 1.7 1l5.5 10.5a2 2 0 0 1 0 2L21.3 25.5a2 2 0 0 1-1.7 1H8.4a2 2 0 0 1-1.7-1L1.2 15a2 2 0 0 1 0-2L6.7 2.5a2 2 0 0 1 1.7-1z" />
      )
    case 'agent':
      return <rect x="3.8" y="3.8" width="20.4" height="20.4" rx="4.5" transform="rotate(45 14 14)" />
  }
}

interface AvatarProps {
  name: string
  kind: IdentityKind
  size?: AvatarSize
  /** Says the kind to screen readers. Off where the kind is in words beside it. */
  labelled?: boolean
}

export function Avatar({ name, kind, size = 'md', labelled = true }: AvatarProps) {
  const pixels = PIXELS[size]
  const letters = size === 'sm' ? initials(name).slice(0, 1) : initials(name)
  return (
    <svg
      width={pixels}
      height={pixels}
      viewBox="0 0 28 28"
      className="shrink-0 overflow-visible"
      role="img"
      aria-label={labelled ? KIND_LABEL[kind] : undefined}
      aria-hidden={!labelled}
    >
      <g className="fill-sunken stroke-line-strong dark:fill-hover" strokeWidth={28 / pixels}>
        <Shape kind={kind} />
      </g>
      <text
        x="14"
        y="14"
        dominantBaseline="central"
        textAnchor="middle"
        className="select-none fill-ink-2 font-semibold"
        style={{ fontSize: size === 'sm' ? 16.8 : size === 'md' ? 12 : 11, letterSpacing: '-0.03em' }}
      >
        {letters}
      </text>
    </svg>
  )
}

interface IdentityLabelProps {
  name: string
  kind: IdentityKind
  /** Second line: the connection, the owner. */
  sub?: ReactNode
  href?: string
  size?: AvatarSize
  className?: string
}

/** Avatar and name, as every list shows an identity. */
export function IdentityLabel({ name, kind, sub, href, size = sub ? 'md' : 'sm', className }: IdentityLabelProps) {
  const title = <span className="truncate font-medium text-ink">{name}</span>
  return (
    <span
      className={classNames('flex min-w-0 max-w-full items-center', size === 'sm' ? 'gap-2' : 'gap-2.5', className)}
    >
      <Avatar name={name} kind={kind} size={size} />
      <span className="flex min-w-0 flex-col leading-[18px]">
        {href ? (
          <Link href={href} className="flex min-w-0 rounded-sm hover:underline">
            {title}
          </Link>
        ) : (
          title
        )}
        {sub && <span className="truncate text-ink-3 text-xs">{sub}</span>}
      </span>
    </span>
  )
}
