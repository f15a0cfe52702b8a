import fs from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { type Context, errors, interactionPolicy, Provider } from 'oidc-provider'
import { PEOPLE, type Person } from '@/demo/cast'
import { listen, type RunningServer } from '@/demo/listen'
import { inRoot } from '@/scripts/prepare/root.mjs'
import { providerKeys } from './keys'
import { contentSecurityPolicy, FONT_PATH, messagePage, signInPage, signOutPage } from './pages'

export interface ProviderOptions {
  port: number
  /** The address to listen on. Its name is on loopback in any case. */
  bind?: string
  /** Where keys are kept. */
  dataDir: string
  webUrl: string
  clientId: string
  clientSecret: string
  people?: readonly Person[]
  /** The slug in the redirect URI: `oidc` is the provider of the environment. */
  slug?: string
}

const SCOPES = ['openid', 'profile', 'email', 'groups']
const HOUR = 3600

/** The person is asked each time, also when the browser was here before: the demo is about changing seats. */
function alwaysAsk() {
  const { base, Check } = interactionPolicy
  const policy = base()
  const asked = new Check('pick_a_person', 'A person must be picked', ({ oidc }) =>
    oidc.result?.login || oidc.prompts.has('none') ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
  )
  policy.get('login').checks.add(asked)
  return policy
}

const claimsOf = (person: Person) => ({
  sub: person.subject,
  email: person.email,
  email_verified: true,
  name: person.name,
  groups: person.groups,
})

function configuration(options: ProviderOptions, people: readonly Person[]) {
  const { dataDir, webUrl, clientId, clientSecret, port, slug = 'oidc' } = options
  const { jwks, cookieKeys } = providerKeys(dataDir)
  const show = (ctx: Context, html: string) => {
    ctx.type = 'html'
    ctx.set('Content-Security-Policy', contentSecurityPolicy(webUrl))
    ctx.body = html
  }
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        client_name: 'Countersign',
        redirect_uris: [`${webUrl}/api/auth/callback/${slug}`],
        post_logout_redirect_uris: [webUrl, `${webUrl}/`, `${webUrl}/sign-in`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks,
    scopes: SCOPES,
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    // Countersign reads the ID token only, so the claims are in it.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    // Cookies ignore ports: two instances on one machine must not overwrite each other's.
    cookies: {
      keys: cookieKeys,
      names: { session: `acme_session_${port}`, interaction: `acme_sign_in_${port}`, resume: `acme_resume_${port}` },
    },
    ttl: { AccessToken: HOUR, IdToken: HOUR, Interaction: HOUR, Session: 12 * HOUR, Grant: 12 * HOUR },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx: Context, form: string) => show(ctx, signOutPage(form)),
        postLogoutSuccessSource: async (ctx: Context) =>
          show(ctx, messagePage('Signed out', 'You are signed out of Acme.', webUrl)),
      },
    },
    interactions: { policy: alwaysAsk(), url: (_: Context, { uid }: { uid: string }) => `/sign-in/${uid}` },
    findAccount: (_: Context, subject: string) => {
      const person = people.find((one) => one.subject === subject && !one.left)
      return person && { accountId: subject, claims: () => claimsOf(person) }
    },
    // The one client is Acme's own: nobody is asked for consent.
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope(SCOPES.join(' '))
      await grant.save()
      return grant
    },
    renderError: (ctx: Context, out: { error: string; error_description?: string }) =>
      show(ctx, messagePage('This did not work', out.error_description ?? out.error, webUrl)),
  }
}

const FORM_LIMIT_BYTES = 4096

async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of req) {
    text += chunk
    if (text.length > FORM_LIMIT_BYTES) break
  }
  return new URLSearchParams(text)
}

/** The page behind an authorization request, and what comes of its form. The provider's cookie ties both to a browser. */
async function signIn(provider: Provider, ctx: Context, people: readonly Person[], webUrl: string): Promise<void> {
  ctx.set('Cache-Control', 'no-store')
  ctx.set('Content-Security-Policy', contentSecurityPolicy(webUrl))
  const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch((error: unknown) => {
    if (error instanceof errors.SessionNotFound) return undefined
    throw error
  })
  if (!interaction) {
    ctx.type = 'html'
    ctx.status = 410
    ctx.body = messagePage(
      'This sign-in is over',
      'It was used or waited too long. Start again in Countersign.',
      webUrl,
    )
    return
  }
  const subject = ctx.method === 'POST' ? (await readForm(ctx.req)).get('subject') : null
  const person = people.find((one) => one.subject === subject && !one.left)
  if (!person) {
    ctx.type = 'html'
    ctx.body = signInPage({ action: ctx.path, people, loginHint: interaction.params.login_hint })
    return
  }
  const result = { login: { accountId: person.subject, remember: false } }
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }))
}

function sendFont(ctx: Context): void {
  ctx.type = 'font/woff2'
  ctx.set('Cache-Control', 'public, max-age=86400')
  ctx.body = fs.createReadStream(inRoot('node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2'))
}

/** A real OpenID Connect provider for the demo: code flow with PKCE, no passwords, on loopback only. */
export async function startIdentityProvider(options: ProviderOptions): Promise<RunningServer> {
  const people = options.people ?? PEOPLE
  const provider = new Provider(`http://127.0.0.1:${options.port}`, configuration(options, people))
  provider.use(async (ctx, next) => {
    if (ctx.path.startsWith('/sign-in/')) return signIn(provider, ctx, people, options.webUrl)
    if (ctx.path === FONT_PATH) return sendFont(ctx)
    return next()
  })
  provider.on('server_error', (_: Context, error: Error) => console.error('identity provider:', error))
  return listen(provider.callback(), options.port, options.bind)
}
