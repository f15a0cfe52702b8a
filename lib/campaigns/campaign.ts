import { z } from 'zod'
import { IdentityKind, Risk, ToolRisk, Verdict } from '@/lib/domain'

/** What a campaign asks for and what it froze: the shapes of its two JSON columns. */

/** `connection-owner`, `manager`, or the e-mail address of one person who reviews everything. */
export const Reviewers = z.union([z.literal(['connection-owner', 'manager']), z.email().toLowerCase()])
export type Reviewers = z.infer<typeof Reviewers>

export const CampaignScope = z.object({
  /** Slugs or globs of slugs; empty means every connection. */
  connections: z.array(z.string().min(1).max(100)).max(500).default([]),
  /** Empty means every kind. */
  kinds: z.array(IdentityKind).default([]),
  /** Names; empty means everyone. */
  identities: z.array(z.string().trim().toLowerCase().min(1)).max(5_000).default([]),
  reviewers: Reviewers.default('connection-owner'),
})
export type CampaignScope = z.infer<typeof CampaignScope>

/** Verdicts a person can be advised to; `look` says that the facts do not settle it. */
export const Advice = z.enum(['certify', 'revoke', 'reduce', 'look'])
export type Advice = z.infer<typeof Advice>

export const Recommendation = z.object({ advice: Advice, reason: z.string(), keepTools: z.array(z.string()) })
export type Recommendation = z.infer<typeof Recommendation>

const Person = z.object({ id: z.string(), name: z.string() })
const When = z.coerce.date()

export const FrozenGrant = z.object({
  id: z.string(),
  /** The group's name when it leads through one; null for a direct grant. */
  through: z.string().nullable(),
  tools: z.array(z.string()),
  until: When.nullable(),
  reason: z.string(),
  grantedBy: z.string(),
  createdAt: When,
})
export type FrozenGrant = z.infer<typeof FrozenGrant>

export const FrozenTool = z.object({
  /** As grants know it: a tool name, or `prompt:NAME`, `resource:URI` when one of those was used. */
  name: z.string(),
  risk: ToolRisk.nullable(),
  calls: z.number(),
  lastUsedAt: When.nullable(),
})
export type FrozenTool = z.infer<typeof FrozenTool>

const DAY_MS = 86_400_000

/** How far back use, and who owned what, is looked at. */
export const WINDOW_DAYS = 90

export const windowStart = (launchedAt: Date): Date => new Date(launchedAt.getTime() - WINDOW_DAYS * DAY_MS)

/** One access path as it was at launch: what the reviewer judges, whatever changes meanwhile. */
export const ItemSnapshot = z.object({
  identity: z.object({
    id: z.string(),
    name: z.string(),
    displayName: z.string(),
    kind: IdentityKind,
    owner: Person.nullable(),
    endsAt: When.nullable(),
    disabledAt: When.nullable(),
  }),
  connection: z.object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    risk: Risk,
    owner: Person.nullable(),
  }),
  grants: z.array(FrozenGrant),
  /** Everything it may use now, by exact name. */
  tools: z.array(FrozenTool),
  /** A grant covers `*`: tools nobody has seen yet as well. */
  coversEverything: z.boolean(),
  usage: z.object({
    days: z.number(),
    calls: z.number(),
    refused: z.number(),
    toolsUsed: z.number(),
    firstUsedAt: When.nullable(),
    lastUsedAt: When.nullable(),
  }),
  /** The last time this path was signed off, and what is different since. */
  previous: z
    .object({
      itemId: z.string(),
      campaign: z.string(),
      verdict: Verdict,
      at: When,
      toolsAdded: z.array(z.string()),
      toolsGone: z.array(z.string()),
    })
    .nullable(),
  risk: Risk,
  recommendation: Recommendation,
  /** Why this person reviews it. */
  reviewerBecause: z.string(),
})
export type ItemSnapshot = z.infer<typeof ItemSnapshot>

/** Prompts and resources are kept by name but are no tools, so a probe cannot ask for them. */
export const isToolName = (name: string): boolean => !/^(prompt|resource):/.test(name)
