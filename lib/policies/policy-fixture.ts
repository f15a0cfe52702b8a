import type { ApproveRule, BlockRule, Identity, MaskRule, Rule, Tool, ToolRisk } from '@/lib/domain'
import { EVERY_CALL } from './every-call'
import { buildSnapshot, type PolicyRows, type PolicySnapshot } from './snapshot'

/** Policy as tests ask about it: a vendor's agent, its owner and her colleague, a CRM and a wiki that anybody may use. */

export const block = (values: Partial<BlockRule> = {}): BlockRule => ({
  ...EVERY_CALL,
  id: 'blk',
  name: 'no refunds',
  effect: 'block',
  message: null,
  ...values,
})

export const approve = (values: Partial<ApproveRule> = {}): ApproveRule => ({
  ...EVERY_CALL,
  id: 'apr',
  name: 'refunds need sign-off',
  effect: 'approve',
  approvers: { people: ['dana@acme.test'], groups: [], connectionOwner: false },
  quorum: 1,
  expiresAfterSeconds: 900,
  escalation: null,
  standing: false,
  reasonRequired: false,
  ...values,
})

export const mask = (values: Partial<MaskRule> = {}): MaskRule => ({
  ...EVERY_CALL,
  id: 'msk',
  name: 'customer data',
  effect: 'mask',
  types: ['EMAIL'],
  fields: [],
  direction: 'client',
  ...values,
})

const identity = (id: string, values: Partial<Identity> = {}): Identity => ({
  id,
  name: id,
  displayName: id,
  kind: 'human',
  ownerId: null,
  managerId: null,
  roles: [],
  endsAt: null,
  disabledAt: null,
  ...values,
})

const connection = (slug: string): PolicyRows['connections'][number] => ({
  id: slug,
  slug,
  name: slug,
  transport: 'http',
  upstreamUrl: 'http://x',
  command: null,
  args: [],
  cwd: null,
  envNames: [],
  envSealed: null,
  ownerId: 'dana',
  risk: 'high',
  refuse: [],
  toolChanges: 'quarantine',
  assertHeader: null,
  assertAudience: null,
  credentialKind: 'header',
  credentialHeader: null,
  credentialParams: null,
  credentialSealed: null,
})

const tool = (connectionId: string, name: string, risk: ToolRisk): Tool => ({
  connectionId,
  name,
  title: null,
  description: null,
  risk,
  digest: 'd',
  pinnedDigest: 'd',
  certifiedAt: new Date('2026-11-01T00:00:00Z'),
  removedAt: null,
})

export const policyOf = (rules: Rule[], changed: Partial<PolicyRows> = {}): PolicySnapshot =>
  buildSnapshot({
    version: 1n,
    identities: [
      identity('bot', { name: 'vendor-bot', kind: 'agent', ownerId: 'dana' }),
      identity('dana', { name: 'dana@acme.test' }),
      identity('finn', { name: 'finn@acme.test' }),
    ],
    keys: [],
    memberships: [
      { identityId: 'bot', groupId: 'grp_vendors' },
      { identityId: 'finn', groupId: 'grp_finance' },
    ],
    groups: [
      { id: 'grp_vendors', name: 'vendors' },
      { id: 'grp_finance', name: 'finance' },
    ],
    connections: [connection('crm'), connection('wiki')],
    tools: [tool('crm', 'get_customer', 'read'), tool('crm', 'refund', 'destructive'), tool('wiki', 'edit', 'write')],
    grants: ['crm', 'wiki'].map((connectionId) => ({
      id: `grt_${connectionId}`,
      identityId: 'bot',
      groupId: null,
      groupName: null,
      connectionId,
      tools: ['*'],
      until: null,
      reason: '',
      grantedBy: 'cli:x',
      createdAt: new Date('2026-01-01T00:00:00Z'),
    })),
    exclusions: [],
    rules,
    ...changed,
  })
