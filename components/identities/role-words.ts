import type { Role } from '@/lib/domain'

export const ROLES: { role: Role; words: string }[] = [
  { role: 'admin', words: 'Configures everything; decides nothing about themself' },
  { role: 'auditor', words: 'Reads everything, changes nothing' },
  { role: 'reviewer', words: 'Decides in reviews where they are named' },
  { role: 'approver', words: 'Decides about held calls where they are named' },
  { role: 'engineer', words: 'Registers connections and creates agents of their own' },
]
