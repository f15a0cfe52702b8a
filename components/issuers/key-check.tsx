'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { useAction } from '@/components/use-action'

export interface CheckedKey {
  kid: string | null
  type: string
  alg: string | null
}

type Check = { ok: true; jwksUri: string; keys: CheckedKey[] } | { ok: false; problem: string }

export type CheckIssuerAction = Action<{ issuer: string; jwksUri: string | null }, Check>

interface KeyCheckProps {
  issuer: string
  jwksUri: string
  check: CheckIssuerAction
}

/** Asks the issuer for its keys, now and from the web app. */
export function KeyCheck({ issuer, jwksUri, check }: KeyCheckProps) {
  const asked = `${issuer} ${jwksUri}`
  const [said, setSaid] = useState<{ of: string; result: Check } | null>(null)
  const { run, pending, failure } = useAction(check, { onDone: (result) => setSaid({ of: asked, result }) })
  const shown = said?.of === asked ? said.result : null
  return (
    <div className="flex flex-col gap-3">
      <Button
        className="w-fit"
        pending={pending}
        disabled={issuer.trim() === ''}
        onClick={() => run({ issuer, jwksUri: jwksUri.trim() || null })}
      >
        Ask for its keys
      </Button>
      {failure && (
        <Callout tone="no" live>
          {failure.message}
        </Callout>
      )}
      {shown?.ok === false && (
        <Callout tone="no" live title="No keys">
          {shown.problem}
        </Callout>
      )}
      {shown?.ok && (
        <Callout tone="ok" live title={`${plural(shown.keys.length, 'key')} at ${shown.jwksUri}`}>
          <KeyNames keys={shown.keys} />
        </Callout>
      )}
    </div>
  )
}

function KeyNames({ keys }: { keys: readonly CheckedKey[] }) {
  return (
    <ul className="mt-1 flex flex-col gap-0.5">
      {keys.slice(0, 12).map(({ kid, type, alg }) => (
        <li key={`${kid} ${type} ${alg}`} className="break-all font-mono text-xs">
          {kid ?? 'unnamed'} · {[type, alg].filter(Boolean).join(' · ')}
        </li>
      ))}
      {keys.length > 12 && <li className="text-xs">and {keys.length - 12} more</li>}
    </ul>
  )
}
