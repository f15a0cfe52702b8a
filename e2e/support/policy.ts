import pg from 'pg'
import type { z } from 'zod'
import type { Credential } from '@/lib/connections/credential-input'
import { sealCredential } from '@/lib/connections/seal'
import { credentialValues } from '@/lib/connections/stored-credential'
import { processValues } from '@/lib/connections/upstream-values'
import type { MaskType, UpstreamTransport } from '@/lib/domain'
import { hashServiceKey, keyHint, newServiceKey } from '@/lib/identities/service-key'
import { newId } from '@/lib/ids'
import { RuleValues } from '@/lib/policies/rule-input'
import { SECRET } from './gateway'

/** Writes policy as the commands do, version and notification included, but row by row: tests name what they need. */
export class PolicyWriter {
  private constructor(readonly client: pg.Client) {}

  static async open(databaseUrl: string): Promise<PolicyWriter> {
    const client = new pg.Client({ connectionString: databaseUrl })
    client.on('error', () => {})
    await client.connect()
    return new PolicyWriter(client)
  }

  close(): Promise<void> {
    return this.client.end()
  }

  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows
  }

  /** One change of what may pass. Returns its version. */
  async change(text: string, values: unknown[] = []): Promise<bigint> {
    await this.client.query('BEGIN')
    const { rows } = await this.client.query<{ version: string }>(
      `UPDATE "PolicyVersion" SET "version" = "version" + 1 WHERE "id" = 1 RETURNING "version"`,
    )
    await this.client.query(`SELECT pg_notify('policy', $1)`, [rows[0]!.version])
    await this.client.query(text, values)
    await this.client.query('COMMIT')
    return BigInt(rows[0]!.version)
  }

  async identity(name: string): Promise<string> {
    const id = newId('idn')
    const insert = `INSERT INTO "Identity" ("id", "name", "displayName", "kind") VALUES ($1, $2, $2, 'human')`
    await this.change(insert, [id, name])
    return id
  }

  async key(identityId: string, expiresAt: Date | null = null): Promise<{ id: string; key: string }> {
    const id = newId('key')
    const key = newServiceKey()
    await this.change(
      `INSERT INTO "ServiceKey" ("id", "identityId", "hash", "hint", "createdBy", "expiresAt")
       VALUES ($1, $2, $3, $4, 'test', $5)`,
      [id, identityId, Buffer.from(hashServiceKey(key), 'hex'), keyHint(key), expiresAt],
    )
    return { id, key }
  }

  async connection(
    slug: string,
    upstreamUrl: string,
    credential: string | null = null,
    transport: UpstreamTransport = 'http',
  ): Promise<string> {
    const id = newId('con')
    const sealed = credential === null ? null : sealCredential(SECRET, id, credential)
    await this.change(
      `INSERT INTO "Connection" ("id", "slug", "name", "upstreamUrl", "credentialHeader", "credentialSealed", "transport")
       VALUES ($1, $2, $2, $3, $4, $5, $6::"UpstreamTransport")`,
      [id, slug, upstreamUrl, sealed && 'Authorization', sealed, transport],
    )
    return id
  }

  /** A connection whose server is a process; `env` is sealed, and all of it secret. */
  async process(slug: string, command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    const id = newId('con')
    const listed = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, { value, secret: true }]))
    const values = processValues(() => SECRET, id, { command, args, cwd: process.cwd(), env: listed })
    await this.change(
      `INSERT INTO "Connection" ("id", "slug", "name", "transport", "command", "args", "cwd", "envNames", "envSealed")
       VALUES ($1, $2, $2, 'stdio', $3, $4, $5, $6, $7)`,
      [id, slug, values.command, values.args, values.cwd, values.envNames, values.envSealed],
    )
    return id
  }

  /** Another credential, sealed with the tests' secret. */
  async credential(connectionId: string, credential: Credential | null): Promise<void> {
    const values = credentialValues(() => SECRET, connectionId, credential)
    await this.change(
      `UPDATE "Connection" SET "credentialKind" = $2::"CredentialKind", "credentialHeader" = $3, "credentialParams" = $4,
         "credentialSealed" = $5 WHERE "id" = $1`,
      [
        connectionId,
        values.credentialKind,
        values.credentialHeader,
        values.credentialParams && JSON.stringify(values.credentialParams),
        values.credentialSealed,
      ],
    )
  }

  async grant(identityId: string, connectionId: string, tools = ['*'], until: Date | null = null): Promise<string> {
    const id = newId('grt')
    await this.change(
      `INSERT INTO "Grant" ("id", "identityId", "connectionId", "tools", "until", "grantedBy")
       VALUES ($1, $2, $3, $4, $5, 'test')`,
      [id, identityId, connectionId, tools, until],
    )
    return id
  }

  revoke(grantId: string): Promise<bigint> {
    return this.change(`UPDATE "Grant" SET "revokedAt" = now(), "revokedBy" = 'test' WHERE "id" = $1`, [grantId])
  }

  revokeAll(identityId: string): Promise<bigint> {
    return this.change(`UPDATE "Grant" SET "revokedAt" = now(), "revokedBy" = 'test' WHERE "identityId" = $1`, [
      identityId,
    ])
  }

  exclude(identityId: string, connectionId: string, except: string[] = []): Promise<bigint> {
    return this.change(
      `INSERT INTO "Exclusion" ("id", "identityId", "connectionId", "except", "reason", "createdBy")
       VALUES ($1, $2, $3, $4, 'removed in a test', 'test')`,
      [newId('exc'), identityId, connectionId, except],
    )
  }

  mask(name: string, types: MaskType[], direction: 'client' | 'both' = 'client', tools: string[] = []) {
    return this.change(
      `INSERT INTO "Rule" ("id", "name", "effect", "types", "tools", "direction", "createdBy")
       VALUES ($1, $2, 'mask', $3, $4, $5::"MaskDirection", 'test')`,
      [newId('rul'), name, types, tools, direction],
    )
  }

  /** A rule of any effect, as the commands would write it. */
  async rule(rule: z.input<typeof RuleValues>): Promise<string> {
    const { name, effect, connections, tools, risks, identities, groups, kinds, hours, when, ...rest } =
      RuleValues.parse(rule)
    const {
      message = null,
      types = [],
      fields = [],
      direction = 'client',
      ...approval
    } = rest as Record<string, unknown>
    const id = newId('rul')
    await this.change(
      `INSERT INTO "Rule" ("id", "name", "effect", "connections", "tools", "risks", "identities", "groups", "kinds",
         "hours", "when", "message", "types", "fields", "direction", "approval", "createdBy")
       VALUES ($1, $2, $3::"RuleEffect", $4, $5, $6::"ToolRisk"[], $7, $8, $9::"IdentityKind"[], $10, $11, $12, $13,
         $14, $15::"MaskDirection", $16, 'test')`,
      [
        id,
        name,
        effect,
        connections,
        tools,
        risks,
        identities,
        groups,
        kinds,
        hours && JSON.stringify(hours),
        when,
        message,
        types,
        fields,
        direction,
        effect === 'approve' ? JSON.stringify(approval) : null,
      ],
    )
    return id
  }

  removeRule(id: string): Promise<bigint> {
    return this.change(`DELETE FROM "Rule" WHERE "id" = $1`, [id])
  }

  /** A caller with a key and everything granted. */
  async caller(name: string, connectionId: string, tools = ['*']) {
    const identityId = await this.identity(name)
    const { id: keyId, key } = await this.key(identityId)
    const grantId = await this.grant(identityId, connectionId, tools)
    return { identityId, keyId, key, grantId }
  }
}

/** Every text and JSON value of every table, to look for what must not be there. */
export async function everythingStored(client: pg.Client): Promise<string> {
  const { rows: columns } = await client.query<{ table: string; column: string }>(
    `SELECT c.table_name AS "table", c.column_name AS "column"
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
       AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')`,
  )
  const found: string[] = []
  for (const { table, column } of columns) {
    const { rows } = await client.query<{ value: string | null }>(`SELECT "${column}"::text AS value FROM "${table}"`)
    for (const { value } of rows) if (value !== null) found.push(value)
  }
  return found.join('\n')
}
