import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import type { RunningServer } from '../../demo/listen'
import { startIdentityProvider } from '../../demo/oidc/provider'
import { freePort } from '../../scripts/instance/ports'
import { axeViolations } from '../support/accessible'
import { signIn, webUrl } from '../support/people'
import { type RunningSamlProvider, startSamlProvider } from '../support/saml/provider'

/** Two more ways in beside the demo's own: a SAML provider and a second OpenID provider, added by an administrator. */

const NORA = {
  nameId: 'acme-2001',
  name: 'Nora Vance',
  attributes: { email: 'nora@acme.test', displayName: 'Nora Vance', groups: ['data'] },
}
const PARTNER = { subject: 'p-1', email: 'kai@partner.test', name: 'Kai Moreau', role: 'Partner', groups: ['partners'] }
// The same address as an administrator's, at a provider that does not answer for its domain.
const IMPOSTOR = { subject: 'p-2', email: 'mara@acme.test', name: 'Not Mara', role: 'Partner', groups: ['security'] }
const CLIENT = { clientId: 'countersign', clientSecret: 'canary-partner-secret' }

let saml: RunningSamlProvider
let oidc: RunningServer
let dataDir: string

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  saml = await startSamlProvider([NORA])
  dataDir = mkdtempSync(path.join(tmpdir(), 'countersign-partner-'))
  oidc = await startIdentityProvider({
    port: await freePort(),
    dataDir,
    webUrl: webUrl(),
    slug: 'partner',
    people: [PARTNER, IMPOSTOR],
    ...CLIENT,
  })
})

test.afterAll(async () => {
  await saml?.close()
  await oidc?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

/** From our sign-in page to theirs. */
async function chooseWay(page: Page, name: RegExp, back = '/'): Promise<void> {
  await page.goto(`${webUrl()}/sign-in?callbackUrl=${encodeURIComponent(back)}`)
  await page.getByRole('button', { name }).click()
}

async function whoAmI(page: Page): Promise<string> {
  await page.goto(`${webUrl()}/settings`)
  return (await page.getByRole('region', { name: 'You' }).textContent()) ?? ''
}

test('an administrator adds a SAML provider from its metadata', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/settings`)
  await page.getByRole('link', { name: 'Add a provider' }).click()
  await page.getByRole('radio', { name: 'SAML 2.0' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Acme SAML')
  await expect(page.getByLabel('Name in the addresses')).toHaveValue('acme-saml')
  await expect(page.getByText(`${webUrl()}/api/saml/acme-saml/acs`)).toBeVisible()
  await page.getByLabel(/^Metadata/).fill(saml.metadata)
  await page.getByRole('button', { name: 'Read the metadata' }).click()
  await expect(page.getByLabel('Entity id', { exact: true })).toHaveValue(saml.entityId)
  await expect(page.getByLabel('Sign-in address')).toHaveValue(`${saml.url}/sso`)
  await page.getByLabel(/^E-mail domains/).fill('acme.test')
  await page.getByLabel(/^Groups attribute/).fill('groups')
  await page.getByRole('button', { name: 'Add the provider' }).click()
  await expect(heading(page, 'Acme SAML')).toBeVisible()
  await expect(page.getByText('CN=idp.acme.test')).toBeVisible()
})

test('and an OpenID provider, whose secret is never shown again', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/settings/sign-in/new`)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Partner')
  await page.getByLabel('Issuer').fill(oidc.url)
  await page.getByRole('button', { name: 'Check' }).click()
  await expect(page.getByText('Its discovery document is fine.')).toBeVisible()
  await page.getByLabel('Client id').fill(CLIENT.clientId)
  await page.getByLabel('Client secret').fill(CLIENT.clientSecret)
  await page.getByLabel('Scopes').fill('openid profile email groups')
  await page.getByLabel(/^E-mail domains/).fill('partner.test')
  await page.getByLabel(/^Groups claim/).fill('groups')
  await page.getByLabel('Groups it may name').fill('partners')
  await page.getByLabel(/^Only with these claims/).fill('email_verified: true')
  await page.getByRole('button', { name: 'Add the provider' }).click()
  await expect(heading(page, 'Partner')).toBeVisible()
  await expect(page.getByLabel('Client secret')).toHaveValue('')
  expect(await page.content()).not.toContain(CLIENT.clientSecret)
})

test('the sign-in page lists all of them, by keyboard too', async ({ page }) => {
  await page.goto(`${webUrl()}/sign-in`)
  const ways = page.getByRole('main').getByRole('button')
  await expect(ways).toHaveText([/single sign-on/, /Acme SAML/, /Partner/])
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(ways.nth(1)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Who is signing in?' })).toBeVisible()
})

test('somebody signs in through SAML, back where they were going, as a person with groups and no access', async ({
  page,
}) => {
  await chooseWay(page, /Acme SAML/, '/access-tokens')
  await page.getByRole('link', { name: NORA.name }).click()
  // The provider's RelayState names another site: it is not followed.
  await expect(page).toHaveURL(`${webUrl()}/access-tokens`)
  const me = await whoAmI(page)
  expect(me).toContain('nora@acme.test')
  expect(me).toContain('data')
})

test('and somebody through the second OpenID provider', async ({ page }) => {
  await chooseWay(page, /Partner/)
  await page.getByRole('button', { name: new RegExp(PARTNER.name) }).click()
  await expect(page.getByRole('navigation').first()).toBeVisible()
  const me = await whoAmI(page)
  expect(me).toContain('kai@partner.test')
  expect(me).toContain('partners')
})

test('an address at a provider that does not answer for its domain reaches nobody', async ({ page }) => {
  await chooseWay(page, /Partner/)
  await page.getByRole('button', { name: new RegExp(IMPOSTOR.name) }).click()
  await expect(page.getByRole('navigation').first()).toBeVisible()
  const me = await whoAmI(page)
  expect(me).not.toContain('mara@acme.test')
  expect(me).toContain('none')
  expect(me).not.toContain('security')
  await page.goto(`${webUrl()}/settings/sign-in/partner`)
  await expect(page.getByText('There is nothing here')).toBeVisible()
})

/** What the SAML provider would have posted, kept from the browser. */
async function interceptAnswer(page: Page): Promise<{ acs: string; SAMLResponse: string }> {
  await page.route(`${webUrl()}/api/saml/acme-saml/acs`, (route) => route.abort())
  const posted = page.waitForRequest(`${webUrl()}/api/saml/acme-saml/acs`)
  await chooseWay(page, /Acme SAML/)
  await page.getByRole('link', { name: NORA.name }).click()
  const body = new URLSearchParams((await posted).postData() ?? '')
  return { acs: `${webUrl()}/api/saml/acme-saml/acs`, SAMLResponse: body.get('SAMLResponse')! }
}

test('an answer is of no use in another browser, and not spent by the try', async ({ page, browser }) => {
  const { acs, SAMLResponse } = await interceptAnswer(page)
  const stranger = await browser.newContext()
  const theirs = await stranger.newPage()
  await postFrom(theirs, acs, SAMLResponse)
  await expect(theirs).toHaveURL(/\/sign-in\?error=OtherBrowser&reference=ref_/)
  await expect(theirs.getByText('You are not signed in')).toBeVisible()
  await stranger.close()

  await page.unroute(acs)
  await postFrom(page, acs, SAMLResponse)
  await expect(page.getByRole('navigation').first()).toBeVisible()
  // Once more is a replay.
  await page.context().clearCookies({ name: /session-token/ })
  await postFrom(page, acs, SAMLResponse)
  await expect(page).toHaveURL(/\/sign-in\?error=SamlRefused/)
})

/** As a provider's page does it: from another site. */
async function postFrom(page: Page, acs: string, SAMLResponse: string): Promise<void> {
  await page.goto(saml.url)
  await page.setContent(
    `<form method="post" action="${acs}"><input name="SAMLResponse" value="${SAMLResponse}"><button>Go</button></form>`,
  )
  await page.getByRole('button', { name: 'Go' }).click()
}

test('what is no answer is refused without a word of it', async ({ request }) => {
  for (const SAMLResponse of ['', 'AAAA', Buffer.from('<canary-answer/>').toString('base64')]) {
    const answer = await request.post(`${webUrl()}/api/saml/acme-saml/acs`, { form: { SAMLResponse }, maxRedirects: 0 })
    expect(answer.status()).toBe(303)
    expect(answer.headers().location).toMatch(/\/sign-in\?error=SamlRefused&reference=ref_[a-z0-9]{12}$/)
  }
  for (const path of ['login', 'metadata']) {
    const answer = await request.get(`${webUrl()}/api/saml/nobody/${path}`)
    expect(answer.status()).toBe(404)
  }
  const huge = await request.post(`${webUrl()}/api/saml/acme-saml/acs`, {
    form: { SAMLResponse: 'A'.repeat(2_000_000) },
    maxRedirects: 0,
  })
  expect(huge.headers().location).toContain('SamlRefused')
  const logs = path.join(process.env.STORY_DATA!, 'logs')
  for (const file of readdirSync(logs)) {
    const log = readFileSync(path.join(logs, file), 'utf8')
    expect([file, log.includes('canary-answer'), log.includes(CLIENT.clientSecret)]).toEqual([file, false, false])
  }
})

test('its metadata is what a provider reads', async ({ request }) => {
  const answer = await request.get(`${webUrl()}/api/saml/acme-saml/metadata`)
  expect(answer.headers()['content-type']).toContain('application/samlmetadata+xml')
  expect(await answer.text()).toContain(`entityID="${webUrl()}/api/saml/acme-saml/metadata"`)
})

test('a refused sign-in is in the audit log under its reference', async ({ page, request }) => {
  const answer = await request.post(`${webUrl()}/api/saml/acme-saml/acs`, {
    form: { SAMLResponse: Buffer.from('<a/>').toString('base64') },
    maxRedirects: 0,
  })
  const reference = /ref_[a-z0-9]{12}/.exec(answer.headers().location!)![0]
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/audit?reference=${reference}`)
  const event = page.getByRole('dialog')
  await expect(event).toContainText('malformed')
  await expect(event).toContainText('acme-saml')
})

test('a disabled provider signs out whoever came through it', async ({ page, browser }) => {
  const nora = await browser.newContext()
  const hers = await nora.newPage()
  await chooseWay(hers, /Acme SAML/)
  await hers.getByRole('link', { name: NORA.name }).click()
  await expect(hers.getByRole('navigation').first()).toBeVisible()

  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/settings/sign-in/acme-saml`)
  await page.getByRole('button', { name: 'Disable…' }).click()
  await page.getByRole('button', { name: 'Disable and sign them out' }).click()
  await expect(page.getByRole('button', { name: 'Enable' })).toBeVisible()
  await hers.goto(`${webUrl()}/access-tokens`)
  await expect(hers).toHaveURL(/\/sign-in/)
  await expect(hers.getByRole('button', { name: /Acme SAML/ })).toHaveCount(0)

  await page.getByRole('button', { name: 'Enable' }).click()
  await expect(page.getByRole('button', { name: 'Disable…' })).toBeVisible()
  await nora.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the sign-in screens, ${colorScheme}`, async ({ browser }) => {
    const context: BrowserContext = await browser.newContext({ colorScheme, viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    const look = async (route: string) => {
      await page.goto(webUrl() + route)
      await page.getByRole('heading').first().waitFor()
      const violations = await axeViolations(page, colorScheme)
      expect(violations.map((found) => `${route}: ${found.id} ${found.nodes[0]?.target}`)).toEqual([])
    }
    await look('/sign-in?error=SamlRefused&reference=ref_abcdefghjkmn')
    await signIn(page, 'Mara Okafor')
    for (const route of [
      '/settings',
      '/settings/sign-in/new',
      '/settings/sign-in/acme-saml',
      '/settings/sign-in/partner',
    ])
      await look(route)
    await context.close()
  })
}

test('removed providers are gone from the sign-in page', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  for (const slug of ['acme-saml', 'partner']) {
    await page.goto(`${webUrl()}/settings/sign-in/${slug}`)
    await page.getByRole('button', { name: 'Remove…' }).click()
    await page.getByRole('button', { name: /^Remove it/ }).click()
    await expect(page).toHaveURL(`${webUrl()}/settings`)
  }
  await page.context().clearCookies()
  await page.goto(`${webUrl()}/sign-in`)
  await expect(page.getByText(/You will sign in at/)).toBeVisible()
})
