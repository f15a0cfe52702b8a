import { Check } from 'lucide-react'
import Link from 'next/link'
import { ButtonLink } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'

export interface FirstStep {
  title: string
  why: string
  action: string
  href: string
  done: boolean
}

/** An installation through which nothing has passed yet: the way to the first governed call. */
export function FirstSteps({ steps }: { steps: readonly FirstStep[] }) {
  const next = steps.findIndex((step) => !step.done)
  return (
    <ol className="max-w-180 divide-y overflow-hidden rounded-lg border">
      {steps.map((step, index) => (
        <li
          key={step.title}
          aria-current={index === next ? 'step' : undefined}
          className={classNames('flex flex-wrap items-center gap-4 px-5 py-4', index === next && 'bg-canvas')}
        >
          <span
            aria-hidden
            className={classNames(
              'grid size-7 shrink-0 place-items-center rounded-full border font-medium text-xs',
              step.done
                ? 'border-transparent bg-ok-soft text-ok'
                : index === next
                  ? 'border-accent text-accent'
                  : 'text-ink-3',
            )}
          >
            {step.done ? <Check className="size-3.5" /> : index + 1}
          </span>
          <div className="min-w-0 flex-1 basis-60">
            <h2 className="font-medium text-base text-ink">
              {step.title}
              {step.done && <span className="sr-only"> (done)</span>}
            </h2>
            <p className="text-ink-3 text-sm">{step.why}</p>
          </div>
          {index === next ? (
            <ButtonLink href={step.href} variant="primary">
              {step.action}
            </ButtonLink>
          ) : (
            step.done && (
              <Link href={step.href} className="rounded-sm text-ink-3 text-sm hover:text-ink">
                Look at it
              </Link>
            )
          )}
        </li>
      ))}
    </ol>
  )
}
