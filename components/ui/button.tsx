'use client'

import Link from 'next/link'
import { Slot } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { useFormStatus } from 'react-dom'
import { classNames } from './class-names'
import { Kbd } from './kbd'
import { Tooltip } from './tooltip'

export type ButtonVariant = 'primary' | 'default' | 'ghost' | 'danger' | 'ok'
export type ButtonSize = 'sm' | 'md' | 'lg'

const VARIANT: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-accent text-accent-ink hover:bg-accent-hover',
  default: 'border-line-strong bg-raised text-ink hover:bg-hover',
  ghost: 'border-transparent text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'border-no/40 bg-no-soft text-no hover:border-no/70',
  ok: 'border-ok/45 bg-ok-soft text-ok hover:border-ok/70',
}

const SIZE: Record<ButtonSize, string> = {
  sm: 'h-7 gap-1.5 px-2 text-xs',
  md: 'h-8 gap-2 px-3 text-sm',
  lg: 'h-9 gap-2 px-3.5 text-base',
}

function look(variant: ButtonVariant, size: ButtonSize, className?: string): string {
  return classNames(
    'relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md border font-medium',
    'transition-[background-color,border-color,opacity] duration-120 [&_svg]:size-3.5 [&_svg]:shrink-0',
    'disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-60',
    VARIANT[variant],
    SIZE[size],
    className,
  )
}

interface Look {
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: ReactNode
  /** The key that does the same. Shown, not bound: bind it with useHotkeys. */
  kbd?: string
}

function Content({ icon, kbd, variant, children }: Look & { children?: ReactNode }) {
  return (
    <>
      {icon}
      {children}
      {kbd && (
        <span aria-hidden className="max-md:hidden">
          <Kbd onAccent={variant === 'primary'}>{kbd}</Kbd>
        </span>
      )}
    </>
  )
}

export interface ButtonProps extends ComponentProps<'button'>, Look {
  /** Work is under way: keeps its width and focus, ignores presses, and says so to screen readers. */
  pending?: boolean
  /** Renders the only child in place of the button element. */
  asChild?: boolean
}

export function Button({
  variant = 'default',
  size = 'md',
  icon,
  kbd,
  pending = false,
  asChild = false,
  className,
  children,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps) {
  if (asChild) {
    return (
      <Slot.Root className={look(variant, size, className)} onClick={onClick} {...rest}>
        {children}
      </Slot.Root>
    )
  }
  return (
    <button
      type={type}
      className={look(variant, size, className)}
      // aria-disabled instead of disabled: a disabled button drops the keyboard focus onto the page.
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      onClick={(event) => {
        if (pending) event.preventDefault()
        else onClick?.(event)
      }}
      {...rest}
    >
      <span className={classNames('inline-flex items-center gap-[inherit]', pending && 'animate-breathe')}>
        <Content icon={icon} kbd={kbd} variant={variant}>
          {children}
        </Content>
      </span>
    </button>
  )
}

/** Submits the form it is in and is pending while that form's action runs. */
export function SubmitButton({ pending, variant = 'primary', ...rest }: Omit<ButtonProps, 'type' | 'asChild'>) {
  const status = useFormStatus()
  return <Button type="submit" variant={variant} pending={pending ?? status.pending} {...rest} />
}

export interface ButtonLinkProps extends ComponentProps<typeof Link>, Look {}

export function ButtonLink({
  variant = 'default',
  size = 'md',
  icon,
  kbd,
  className,
  children,
  ...rest
}: ButtonLinkProps) {
  return (
    <Link className={look(variant, size, className)} {...rest}>
      <Content icon={icon} kbd={kbd} variant={variant}>
        {children}
      </Content>
    </Link>
  )
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  /** What it does: the accessible name and the tooltip. */
  label: string
  icon: ReactNode
  kbd?: string
  variant?: ButtonVariant
  size?: 'sm' | 'md'
  /** Off where the button takes the focus when its dialog opens: the tooltip would open too, and eat the first Escape. */
  tooltip?: boolean
}

export function IconButton({
  label,
  icon,
  kbd,
  variant = 'ghost',
  size = 'md',
  tooltip = true,
  className,
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      type="button"
      aria-label={label}
      className={classNames(look(variant, size), 'px-0!', size === 'sm' ? 'w-7' : 'w-8', className)}
      {...rest}
    >
      {icon}
    </button>
  )
  return tooltip ? (
    <Tooltip content={label} kbd={kbd}>
      {button}
    </Tooltip>
  ) : (
    button
  )
}
