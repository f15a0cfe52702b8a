import type { Queries } from '../database/open'
import type { KeyStatus } from './issuer-keys'

/** For the screen where issuers are looked after. Nobody waits for it, and nothing hangs on it. */
export async function noteKeyStatus(
  database: Queries,
  gateway: string,
  { issuer, keyIds, succeeded, problem }: KeyStatus,
): Promise<void> {
  await database
    .query(
      `INSERT INTO "IssuerKeyStatus" ("gateway", "issuer", "keyIds", "attemptedAt", "fetchedAt", "problem")
       VALUES ($1, $2, $3, clock_timestamp(), CASE WHEN $4 THEN clock_timestamp() END, $5)
       ON CONFLICT ("gateway", "issuer") DO UPDATE SET "keyIds" = excluded."keyIds",
         "attemptedAt" = excluded."attemptedAt", "problem" = excluded."problem",
         "fetchedAt" = coalesce(excluded."fetchedAt", "IssuerKeyStatus"."fetchedAt")`,
      [gateway, issuer, keyIds, succeeded, problem],
    )
    .catch(() => {})
}
