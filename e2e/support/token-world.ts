import { initialize, post } from './clients'
import { createTestDatabase, type TestDatabase } from './database'
import { startGateway, type TestGateway } from './gateway'
import { registerIssuer, TestIssuer } from './issuer'
import { PolicyWriter } from './policy'
import { policyApplied } from './settle'
import { startUpstream, type Upstream } from './upstreams'

/** One person, one issuer and one gateway that is started anew for each story about keys. */
export class TokenWorld {
  idp!: TestIssuer
  gateway!: TestGateway

  private constructor(
    readonly database: TestDatabase,
    readonly policy: PolicyWriter,
    readonly upstream: Upstream,
  ) {}

  static async open(): Promise<TokenWorld> {
    const database = await createTestDatabase()
    const policy = await PolicyWriter.open(database.url)
    const upstream = await startUpstream('stateful')
    const dana = await policy.identity('dana@acme.test')
    await policy.grant(dana, await policy.connection('crm', upstream.url))
    return new TokenWorld(database, policy, upstream)
  }

  async begin(environment: Record<string, string> = {}, { isDown = false } = {}): Promise<void> {
    this.idp = await TestIssuer.start()
    this.idp.isDown = isDown
    await this.policy.change('DELETE FROM "IdentityBinding"')
    await this.policy.change('DELETE FROM "Issuer"')
    await registerIssuer(this.policy, this.idp.url)
    this.gateway = await startGateway(this.database.gatewayUrl, environment)
    await policyApplied(this.policy)
  }

  async end(): Promise<void> {
    await this.gateway.stop()
    await this.idp.close()
  }

  async close(): Promise<void> {
    await this.upstream.close()
    await this.policy.close()
    await this.database.drop()
  }

  get url(): string {
    return `${this.gateway.url}/crm/mcp`
  }

  token(claims: object = {}, kid?: string): Promise<string> {
    return this.idp.token(
      { sub: 'dana-1', email: 'dana@acme.test', email_verified: true, ...claims },
      kid === undefined ? {} : { header: { kid } },
    )
  }

  async outcome(token: string): Promise<[status: number, reason: string | null]> {
    const { status, json } = await post(this.url, token, initialize())
    return [status, json?.error?.data?.reason ?? null]
  }
}
