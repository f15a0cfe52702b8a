import { Lock } from 'lucide-react'
import { readConnection } from '@/app/(app)/connections/read'
import { readRuleViews } from '@/app/(app)/policies/rule-views'
import { RuleList } from '@/components/policies/rule-list'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { db } from '@/lib/db'
import { matchesAnyGlob } from '@/lib/domain'

interface Props {
  params: Promise<{ slug: string }>
}

export default async function ConnectionRulesPage({ params }: Props) {
  const { connection } = await readConnection((await params).slug)
  const all = await readRuleViews(db(), connection.slug)
  const inForce = all.filter(
    ({ rule, disabled }) =>
      !disabled && (rule.connections.length === 0 || matchesAnyGlob(rule.connections, connection.slug)),
  )
  if (inForce.length === 0) {
    return (
      <EmptyState
        compact
        icon={<Lock aria-hidden />}
        title="No rule applies here"
        action={<ButtonLink href="/policies">See all rules</ButtonLink>}
      >
        What a grant allows passes, and clients get answers as the server gives them. What is recorded and shown is
        masked all the same.
      </EmptyState>
    )
  }
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-3 text-sm">
        These rules act on calls here. What is recorded and shown is masked with every detector, whatever they say.
      </p>
      <RuleList rules={inForce} />
    </div>
  )
}
