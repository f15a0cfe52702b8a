/** The people of Acme as their identity provider knows them. What each may do is in access.yaml. */
export interface Person {
  /** The provider's subject: stays when a name or address changes. */
  subject: string
  email: string
  name: string
  role: string
  groups: string[]
  /** Set once the account was closed: the person can no longer sign in. What they owned goes on. */
  left?: string
}

export const PEOPLE: readonly Person[] = [
  {
    subject: 'acme-1001',
    email: 'dana@acme.test',
    name: 'Dana Kim',
    role: 'Revenue operations, owns the CRM',
    groups: ['revenue-operations'],
  },
  {
    subject: 'acme-1002',
    email: 'mara@acme.test',
    name: 'Mara Okafor',
    role: 'Head of security, administrator',
    groups: ['security'],
  },
  {
    subject: 'acme-1003',
    email: 'jonas@acme.test',
    name: 'Jonas Thal',
    role: 'Internal audit, reads everything',
    groups: ['audit'],
  },
  {
    subject: 'acme-1004',
    email: 'priya@acme.test',
    name: 'Priya Shah',
    role: 'Platform engineer, owns the test server',
    groups: ['engineering'],
  },
  {
    subject: 'acme-1005',
    email: 'ana@acme.test',
    name: 'Ana Lind',
    role: 'Data lead, owns exports and loads',
    groups: ['data'],
  },
  {
    subject: 'acme-1006',
    email: 'ben@acme.test',
    name: 'Ben Ortiz',
    role: 'Left on 30 September, account closed',
    groups: [],
    left: '2026-09-30',
  },
]

export const VENDOR_AGENT = 'lumen-vendor-agent'

export const MACHINES = [
  VENDOR_AGENT,
  'bi-export',
  'zendesk-sync',
  'support-reply-agent',
  'release-pipeline',
  'etl-nightly',
] as const

export type Machine = (typeof MACHINES)[number]

export const initials = (name: string): string =>
  name
    .split(' ')
    .map((part) => part[0])
    .join('')
