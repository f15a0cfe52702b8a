import { expect } from 'vitest'
import { brokenChains } from './chains'
import { call, connectClient, post } from './clients'
import { createTestDatabase } from './database'
import { startGateway } from './gateway'
import { PolicyWriter } from './policy'
import { eventually } from './settle'
import { startUpstream } from './upstreams'

export interface Fault {
  begin(): Promise<unknown>
  end(): Promise<unknown>
}

/** A gateway with one caller, and a database that answers everybody but the recorder. */
export async function enterOutage() {
  const database = await createTestDatabase()
  const policy = await PolicyWriter.open(database.url)
  const upstream = await startUpstream('stateful')
  const { key } = await policy.caller('bot', await policy.connection('crm', upstream.url))
  const gateway = await startGateway(database.gatewayUrl)
  const url = `${gateway.url}/crm/mcp`
  const reasonOfCall = async () => (await post(url, key, call('count'))).json?.error?.data?.reason ?? null
  return {
    policy,
    faults: faultsOf(policy),

    /** Attack 20: refused within two seconds, nothing passes unrecorded, it recovers by itself, and nothing stays open. */
    async outage(fault: Fault, lastsMs: number): Promise<void> {
      const { client, close } = await connectClient(url, key)
      const before = upstream.ran.length
      const running = client.callTool({ name: 'slow' }).catch((error: unknown) => error)
      await eventually(
        () => upstream.ran.length,
        (ran) => ran > before,
      )
      await fault.begin()
      const began = performance.now()
      // An answer that cannot be recorded is none.
      upstream.releaseSlow()
      expect(await running).toMatchObject({ data: { reason: 'recorder_unavailable' } })
      const ran = upstream.ran.length
      do {
        const asked = performance.now()
        expect(await reasonOfCall()).toBe('recorder_unavailable')
        expect(performance.now() - asked).toBeLessThan(2_300)
        await new Promise((resolve) => setTimeout(resolve, 200))
      } while (performance.now() - began < lastsMs)
      expect(upstream.ran.length).toBe(ran)
      await fault.end()
      await eventually(reasonOfCall, (reason) => reason === null)
      await close()
      await eventually(
        () => policy.rows(`SELECT "target", "outcome" FROM "Call" WHERE "outcome" = 'in_flight'`),
        (open) => open.length === 0,
      )
      const [slow] = await policy.rows(
        `SELECT "outcome", "reason", (SELECT count(*)::int FROM "AuditEvent" a WHERE a."targetId" = c."id") AS "events"
         FROM "Call" c WHERE "target" = 'slow' ORDER BY "startedAt" DESC LIMIT 1`,
      )
      expect(slow).toEqual({ outcome: 'error', reason: 'recorder_unavailable', events: 1 })
      await eventually(
        () =>
          policy.rows(
            `SELECT 1 FROM "AuditEvent" WHERE "action" = 'requests.refused' AND "reason" = 'recorder_unavailable'`,
          ),
        (events) => events.length > 0,
        12_000,
      )
      expect(await brokenChains(policy.client)).toEqual([])
    },

    async leave() {
      await gateway.stop()
      await upstream.close()
      await policy.close()
      await database.drop()
    },
  }
}

function faultsOf(policy: PolicyWriter) {
  const never = `
    CREATE FUNCTION "no_space"() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER "no_space" BEFORE INSERT ON "RecordedMessage" FOR EACH ROW EXECUTE FUNCTION "no_space"()`
  return {
    /** Whoever writes a message waits, as on a disk that does not answer. */
    slow: {
      begin: () => policy.client.query('BEGIN; LOCK TABLE "RecordedMessage" IN EXCLUSIVE MODE'),
      end: () => policy.client.query('COMMIT'),
    },
    /** As PostgreSQL says that a disk is full. */
    full: {
      begin: () => policy.client.query(never),
      end: () => policy.client.query('DROP TRIGGER "no_space" ON "RecordedMessage"; DROP FUNCTION "no_space"'),
    },
  } satisfies Record<string, Fault>
}
