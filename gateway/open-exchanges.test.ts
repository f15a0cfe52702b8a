import { expect, it } from 'vitest'
import { buildSnapshot } from '@/lib/policies/snapshot'
import type { Gateway, OpenExchange } from './call'
import { OpenExchanges } from './open-exchanges'

const NOBODY = buildSnapshot({
  version: 2n,
  identities: [],
  keys: [],
  memberships: [],
  connections: [],
  tools: [],
  grants: [],
  exclusions: [],
  rules: [],
})

it('a change of policy cuts every stream, also those that come up when the lease has ended in the meantime', () => {
  const exchanges = new OpenExchanges()
  const cut: number[] = []
  for (let n = 0; n < 3; n++) {
    exchanges.add({
      caller: {
        identityId: 'idn_1',
        credential: { kind: 'key', id: 'key_1', hash: 'aa' },
        connection: { id: 'con_1' },
      },
      session: { id: `ses_${n}` },
      kind: 'stream',
      requests: () => [],
      cut: () => void cut.push(n),
    } as unknown as OpenExchange)
  }
  // Nobody beats while they are cut one after the other.
  const gateway = { policy: { isFresh: () => cut.length === 0, current: () => NOBODY } } as unknown as Gateway
  exchanges.recheck(gateway, NOBODY)
  expect(cut).toEqual([0, 1, 2])
})
