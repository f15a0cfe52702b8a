import type { RuleView } from '@/components/policies/rule-list'
import type { Db } from '@/lib/db'
import { type MaskedValues, ruleUse } from '@/lib/policies/mask-usage'
import { maskedSince } from '@/lib/policies/mask-usage-store'
import { ruleNotes } from '@/lib/policies/rule-check-store'
import { listRules, type RuleListItem } from '@/lib/policies/rule-store'
import { type RuleHits, ruleHitsSince } from '@/lib/policies/rule-usage-store'

const DAYS_OF_USE = 30

/** Every rule with what it did lately, on one connection or on all. */
export async function readRuleViews(db: Db, slug?: string): Promise<RuleView[]> {
  const since = new Date(Date.now() - DAYS_OF_USE * 86_400_000)
  const [rules, masked, hits, notes] = await Promise.all([
    listRules(db),
    maskedSince(db, since),
    ruleHitsSince(db, since),
    ruleNotes(db),
  ])
  const here = <T extends { slug: string }>(all: readonly T[]) =>
    slug === undefined ? all : all.filter((each) => each.slug === slug)
  const notesOn = (id: string) => notes.filter((note) => note.rule.id === id).map(({ text }) => text)
  return rules.map((rule) => ({ ...toRuleView(rule, here(masked), here(hits)), notes: notesOn(rule.id) }))
}

function toRuleView(
  item: RuleListItem,
  masked: readonly MaskedValues[],
  hits: readonly RuleHits[],
): Omit<RuleView, 'notes'> {
  const { disabledAt, managedBy, createdBy, createdAt, ...rule } = item
  return { rule, disabled: disabledAt !== null, managedBy, createdBy, createdAt, ...usesOf(rule, masked, hits) }
}

function usesOf(
  rule: RuleView['rule'],
  masked: readonly MaskedValues[],
  hits: readonly RuleHits[],
): { uses: number; lastAt: Date | null } {
  if (rule.effect === 'mask') {
    const { values, lastAt } = ruleUse(rule, masked)
    return { uses: values, lastAt }
  }
  const own = hits.filter(({ rule: name }) => name === rule.name)
  const last = Math.max(...own.map(({ lastAt }) => lastAt.getTime()))
  return { uses: own.reduce((sum, { calls }) => sum + calls, 0), lastAt: own.length === 0 ? null : new Date(last) }
}
