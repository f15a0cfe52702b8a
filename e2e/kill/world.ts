import { usePrisma as choosePrisma, connectPrisma } from '@/lib/db'
import { createTestDatabase } from '../support/database'
import { PolicyWriter } from '../support/policy'
import { Load } from './load'
import { seeded } from './marks'
import type { KillWorld } from './rounds'
import { startTalkativeUpstream } from './upstream'

/** What chance decides is decided again by the same seed; the scheduler's part is not. */
export const seedOfRun = (): number => Number(process.env.KILL_SEED ?? Date.now() % 1_000_000_000)

/** One caller with two connections, one tool of each not granted, customers' addresses masked. */
export async function enterKillWorld(seed: number): Promise<KillWorld & { leave(): Promise<void> }> {
  const random = seeded(seed)
  const database = await createTestDatabase()
  const prisma = connectPrisma(database.url)
  choosePrisma(prisma)
  const policy = await PolicyWriter.open(database.url)
  const upstreams = [await startTalkativeUpstream('json', random), await startTalkativeUpstream('sse', random)]
  const identityId = await policy.identity('bot')
  const { key } = await policy.key(identityId)
  for (const [i, slug] of ['json', 'sse'].entries()) {
    await policy.grant(identityId, await policy.connection(slug, upstreams[i]!.url), ['quick', 'slow', 'stuck'])
  }
  await policy.mask('customers', ['EMAIL'])
  return {
    database,
    policy,
    upstreams,
    random,
    load: new Load(key, random),
    async leave() {
      await Promise.all(upstreams.map((upstream) => upstream.close()))
      await policy.close()
      await prisma.$disconnect()
      await database.drop()
    },
  }
}
