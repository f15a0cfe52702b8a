'use client'

import { Check, Pencil } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { EffectBadge } from '@/components/ui/domain-badges'
import { Field } from '@/components/ui/field'
import { Card } from '@/components/ui/section'
import { TokenInput, type TokenSuggestion } from '@/components/ui/token-input'
import { useAction } from '@/components/use-action'
import type { ApproverSet } from '@/lib/domain'

export interface PackView {
  slug: string
  name: string
  description: string
  rules: { name: string; effect: 'block' | 'approve'; why: string; when: string; tools: string[]; isThere: boolean }[]
}

export interface PackChoice {
  pack: string
  rules: string[]
  connections: string[]
  approvers?: ApproverSet
}

interface PackCardProps {
  pack: PackView
  connections: readonly TokenSuggestion[]
  people: readonly TokenSuggestion[]
  groups: readonly TokenSuggestion[]
  /** Administrators only. */
  add: Action<PackChoice, { ids: string[] }> | null
}

/** Rules of one pack: pick some, say where and who approves, and put them in force together. */
export function PackCard({ pack, connections, people, groups, add }: PackCardProps) {
  const [chosen, setChosen] = useState<string[]>([])
  const [where, setWhere] = useState<string[]>([])
  const [approvers, setApprovers] = useState<ApproverSet>({ people: [], groups: [], connectionOwner: true })
  const adding = useAction(add ?? NOBODY_ADDS, {
    success: ({ ids }) => `${plural(ids.length, 'rule')} in force`,
    onDone: () => setChosen([]),
  })
  const holds = pack.rules.some(({ name, effect }) => effect === 'approve' && chosen.includes(name))
  return (
    <Card flush title={pack.name} aside={plural(pack.rules.length, 'rule')}>
      <p className="border-b px-4 py-2.5 text-ink-2 text-sm">{pack.description}</p>
      <ul className="divide-y" aria-label={`Rules of ${pack.name}`}>
        {pack.rules.map((rule, index) => (
          <li key={rule.name} className="flex items-start gap-3 px-4 py-3">
            {rule.isThere ? (
              <Check aria-label="There already" className="mt-0.5 size-4 shrink-0 text-ok" />
            ) : (
              <Checkbox
                aria-label={rule.name}
                disabled={add === null}
                checked={chosen.includes(rule.name)}
                onCheckedChange={(on) =>
                  setChosen((before) =>
                    on === true ? [...before, rule.name] : before.filter((name) => name !== rule.name),
                  )
                }
              />
            )}
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-ink text-sm">
                <span className="font-medium">{rule.name}</span>
                <EffectBadge effect={rule.effect} />
                {rule.isThere && <span className="text-ink-3 text-xs">there is a rule of this name</span>}
              </p>
              <p className="mt-0.5 text-ink-2 text-sm">{rule.why}</p>
              <code className="mt-1 block break-all font-mono text-ink-3 text-xs">{rule.when}</code>
              {rule.tools.length > 0 && (
                <p className="mt-1 break-all text-ink-3 text-xs">
                  of <span className="font-mono">{rule.tools.join(', ')}</span>
                </p>
              )}
            </div>
            <Link
              href={`/policies/new?pack=${pack.slug}&rule=${index}`}
              prefetch={false}
              aria-label={`Open ${rule.name} in the editor`}
              className="inline-flex shrink-0 items-center gap-1.5 rounded-sm text-ink-3 text-xs hover:text-ink"
            >
              <Pencil aria-hidden className="size-3" />
              Try or change
            </Link>
          </li>
        ))}
      </ul>
      {chosen.length > 0 && (
        <div className="flex flex-col gap-4 border-t bg-sunken px-4 py-4">
          <Field label="On connections" error={adding.problemOf('connections')}>
            <TokenInput
              mono
              placeholder="every connection"
              value={where}
              onValueChange={setWhere}
              suggestions={connections}
            />
          </Field>
          {holds && (
            <fieldset className="flex flex-col gap-3">
              <legend className="mb-1.5 font-medium text-ink text-sm">Who approves what is held</legend>
              <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
                <Field label="People">
                  <TokenInput
                    placeholder="nobody by name"
                    value={approvers.people}
                    onValueChange={(names) => setApprovers({ ...approvers, people: names })}
                    suggestions={people}
                  />
                </Field>
                <Field label="Groups">
                  <TokenInput
                    placeholder="no group"
                    value={approvers.groups}
                    onValueChange={(names) => setApprovers({ ...approvers, groups: names })}
                    suggestions={groups}
                  />
                </Field>
              </div>
              <Checkbox
                label="The owner of the connection"
                checked={approvers.connectionOwner}
                onCheckedChange={(on) => setApprovers({ ...approvers, connectionOwner: on === true })}
              />
            </fieldset>
          )}
          {adding.failure && (
            <Callout tone="no" live>
              {adding.failure.message}
            </Callout>
          )}
          <Button
            variant="primary"
            className="self-end"
            pending={adding.pending}
            onClick={() =>
              adding.run({
                pack: pack.slug,
                rules: chosen,
                connections: where,
                ...(holds ? { approvers } : {}),
              })
            }
          >
            Put {plural(chosen.length, 'rule')} in force
          </Button>
        </div>
      )}
    </Card>
  )
}

const NOBODY_ADDS: Action<PackChoice, { ids: string[] }> = async () => ({
  ok: false,
  message: 'Only administrators put rules in force.',
  problems: [],
})
