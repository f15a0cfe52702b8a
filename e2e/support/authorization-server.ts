import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import { type Context, interactionPolicy, Provider } from 'oidc-provider'
import { freePort } from '@/scripts/instance/ports'

export const ROBOT = { id: 'ci-robot', secret: 'what only the robot knows' }
export const CALLBACK = 'http://127.0.0.1:9/callback'

/** A real authorization server: JWT access tokens for whatever resource is asked for, and one person who always consents. */
export interface AuthorizationServer {
  url: string
  /** By the client credentials grant. */
  robotToken(resource: string): Promise<string>
  close(): Promise<void>
}

const PERSON = { sub: 'dana-at-idp', email: 'dana@acme.test', email_verified: true, name: 'Dana', groups: ['data-eng'] }

export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const provider = new Provider(url, configuration())
  provider.use(async (ctx, next) => (ctx.path.startsWith('/consent/') ? consent(provider, ctx) : next()))
  const server = createServer(provider.callback())
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url,
    robotToken: async (resource) => {
      const response = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${ROBOT.id}:${encodeURIComponent(ROBOT.secret)}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope: 'mcp:tools' }),
      })
      return ((await response.json()) as { access_token: string }).access_token
    },
    close: () => end(server),
  }
}

function configuration() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    clients: [
      {
        client_id: 'mcp-client',
        token_endpoint_auth_method: 'none',
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
      {
        client_id: ROBOT.id,
        client_secret: ROBOT.secret,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'as-1', alg: 'RS256', use: 'sig' }] },
    scopes: ['openid', 'offline_access'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx: Context, resource: string) => ({
          scope: 'mcp:tools',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_ctx: Context, token: { kind: string }) => {
      const { sub: _sub, ...said } = PERSON
      return token.kind === 'AccessToken' ? said : undefined
    },
    findAccount: (_ctx: Context, sub: string) => ({ accountId: sub, claims: () => PERSON }),
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid offline_access')
      const { resource } = oidc.params
      for (const one of [resource ?? []].flat()) grant.addResourceScope(one, 'mcp:tools')
      await grant.save()
      return grant
    },
    interactions: {
      policy: interactionPolicy.base(),
      url: (_: Context, { uid }: { uid: string }) => `/consent/${uid}`,
    },
    cookies: { keys: ['a cookie key of the tests'] },
    ttl: { AccessToken: 600, ClientCredentials: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  }
}

/** The page on which a person would sign in and agree. This one does so at once. */
async function consent(provider: Provider, ctx: Context): Promise<void> {
  const result = { login: { accountId: PERSON.sub, remember: false }, consent: {} }
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true }))
}

const end = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** An OAuth client as MCP clients have one, with a browser that follows where it is sent and keeps its cookies. */
export class BrowsingClient implements OAuthClientProvider {
  kept: OAuthTokens | undefined
  code: string | null = null
  private verifier = ''
  readonly redirectUrl = CALLBACK
  readonly clientMetadata = { redirect_uris: [CALLBACK], client_name: 'test client' }

  clientInformation = () => ({ client_id: 'mcp-client' })
  tokens = () => this.kept
  codeVerifier = () => this.verifier
  saveTokens(tokens: OAuthTokens): void {
    this.kept = tokens
  }
  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier
  }

  async redirectToAuthorization(to: URL): Promise<void> {
    const cookies = new Map<string, string>()
    let next = to
    for (let step = 0; step < MOST_REDIRECTS; step++) {
      const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(next, { redirect: 'manual', headers: { cookie: header } })
      for (const cookie of response.headers.getSetCookie()) {
        const [name, value] = cookie.split(';', 1)[0]!.split('=') as [string, string]
        cookies.set(name, value)
      }
      const location = response.headers.get('location')
      if (location === null) throw new Error(`the browser stopped at ${next.pathname}: ${await response.text()}`)
      next = new URL(location, next)
      if (next.href.startsWith(CALLBACK)) {
        this.code = next.searchParams.get('code')
        if (this.code === null) throw new Error(`no code: ${next.search}`)
        return
      }
    }
    throw new Error(`the browser goes round in circles at ${next.pathname}`)
  }
}

const MOST_REDIRECTS = 20
