import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { cli } from '../support/cli'
import { call, initialize, post } from '../support/clients'
import { startEverything } from '../support/everything'
import { signIn, webUrl } from '../support/people'
import { CANARY } from '../support/upstreams'

/** An administrator puts servers of every transport behind the gateway, and sees what becomes of them. */

// Somebody who works on this runs it again on the same product.
const RUN = Date.now().toString(36)
const HOSTILE = path.resolve('e2e/support/stdio/hostile.mjs')
const KEY = 'key-of-the-story-5521'
const CLIENT_SECRET = 'client-secret-of-the-story'
const folder = mkdtempSync(path.join(tmpdir(), 'countersign-connections-'))
let sse: Awaited<ReturnType<typeof startEverything>>
let tokens: Server

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  sse = await startEverything('sse')
  tokens = createServer((request, response) => {
    request.resume()
    const isKnown = request.headers.authorization?.startsWith('Basic ')
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
    response.end(isKnown ? '{"access_token":"of-the-story","token_type":"Bearer","expires_in":600}' : '{}')
  })
  await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve))
})
test.afterAll(async () => {
  await sse.close()
  tokens.close()
  rmSync(folder, { recursive: true })
})

const expectNothingFromAxe = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((found) => `${page.url()}: ${found.id} ${found.nodes[0]?.target}`)).toEqual([])
}

const choose = async (page: Page, field: string, option: RegExp) => {
  await page.getByLabel(field, { exact: true }).click()
  await page.getByRole('option', { name: option }).click()
}

/** A service with a key that may use everything of a connection. */
function serviceFor(slug: string): string {
  const [name, file] = [`story-${RUN}`, path.join(folder, 'access.yaml')]
  writeFileSync(
    file,
    `identities: [{ name: ${name}, kind: service, owner: mara@acme.test }]
grants: [{ subject: ${name}, connection: ${slug}, tools: ["*"] }]\n`,
  )
  expect(cli('apply', '-f', file).status).toBe(0)
  return cli('key', 'issue', name).stdout.trim()
}

test('a server of HTTP+SSE is tested, registered, and its clients get its kind of address', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/connections/new`)
  await page.getByLabel('Name', { exact: true }).fill(`Legacy ${RUN}`)
  await choose(page, 'Spoken over', /HTTP\+SSE/)
  await page.getByLabel('Address of the MCP server').fill(sse.url)
  // A user without a password is not taken for a server without a credential.
  await choose(page, 'The gateway proves itself with', /User and password/)
  await page.getByLabel('User', { exact: true }).fill('countersign')
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await expect(page.getByLabel('Password')).toBeFocused()
  await expect(page.getByText('Nothing is saved before it is tested')).toBeVisible()
  await choose(page, 'The gateway proves itself with', /A header/)
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await expect(page.getByText(/answers$/)).toBeVisible()
  await expectNothingFromAxe(page)
  await page.getByRole('button', { name: 'Register it' }).click()
  await expect(page).toHaveURL(new RegExp(`/connections/legacy-${RUN}/connect`))
  await expect(page.getByText(`/legacy-${RUN}/sse`).first()).toBeVisible()
})

test('it is shown a token, and told who calls; neither secret is shown again', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/connections/legacy-${RUN}/settings`)
  await page.getByRole('button', { name: 'Set a credential…' }).click()
  const { port } = tokens.address() as AddressInfo
  await choose(page, 'The gateway proves itself with', /OAuth 2 client/)
  await page.getByLabel('Token URL').fill(`http://127.0.0.1:${port}/token`)
  await page.getByLabel('Client', { exact: true }).fill('countersign')
  await page.getByLabel('Client secret').fill(CLIENT_SECRET)
  await expectNothingFromAxe(page)
  await page.getByRole('button', { name: 'Set and test' }).click()
  await expect(page.getByText('It cannot be shown again, only replaced.')).toBeVisible()
  const telling = page.locator('form').filter({ hasText: 'Tell the server who calls' })
  await telling.getByLabel('Tell the server who calls').check()
  await telling.getByLabel('Audience').fill('legacy')
  await telling.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('It is told who calls')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Tell the server who calls')).toBeChecked()
  await expect(page.getByText('/.well-known/jwks.json')).toBeVisible()
  await expectNothingFromAxe(page)
  expect(await page.content()).not.toContain(CLIENT_SECRET)
})

test('a command is run for the test, and what a dead one logged is kept masked', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/connections/new`)
  await page.getByLabel('Name', { exact: true }).fill(`Command ${RUN}`)
  await choose(page, 'Spoken over', /Command/)
  await page.getByLabel('Command', { exact: true }).fill('no-such-command-here')
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await expect(page.getByText('It did not answer')).toBeVisible()
  await expectNothingFromAxe(page)
  await page.getByLabel('Command', { exact: true }).fill(process.execPath)
  await page.getByLabel('Arguments').fill(HOSTILE)
  await page.getByRole('button', { name: 'Add a variable' }).click()
  await page.getByLabel('Name of variable 1').fill('API_KEY')
  await expect(page.getByLabel('Secret')).toBeChecked()
  await page.getByLabel('Value of API_KEY').fill(KEY)
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await expect(page.getByText(/answers$/)).toBeVisible()
  await expectNothingFromAxe(page)
  await page.getByRole('button', { name: 'Register it' }).click()
  await expect(page).toHaveURL(new RegExp(`/connections/command-${RUN}/connect`))

  await page.getByRole('link', { name: 'Processes' }).click()
  await expect(page.getByText('Nothing has been run yet')).toBeVisible()
  await expectNothingFromAxe(page)
  const [url, key] = [`${process.env.STORY_GATEWAY_URL}/command-${RUN}/mcp`, serviceFor(`command-${RUN}`)]
  let session: Awaited<ReturnType<typeof post>>
  await expect(async () => {
    session = await post(url, key, initialize())
    expect(session.status).toBe(200)
  }).toPass()
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('Running', { exact: true })).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await post(url, key, call('exit'), { 'mcp-session-id': session!.headers.get('mcp-session-id')! })
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('Ended by itself')).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await expect(page.getByText('going down, said')).toBeVisible()
  const html = await page.content()
  expect([KEY, CANARY.email].filter((secret) => html.includes(secret))).toEqual([])
  await expectNothingFromAxe(page)

  await page.getByRole('link', { name: 'Settings' }).last().click()
  await page.getByLabel('Arguments').fill(`${HOSTILE}\n--other`)
  await expect(page.getByText('Something else is run: enter the environment again')).toBeVisible()
  await expectNothingFromAxe(page)
})

test('an engineer is not offered to have something run on the gateway', async ({ page }) => {
  await signIn(page, 'Priya Shah')
  await page.goto(`${webUrl()}/connections/new`)
  await page.getByLabel('Spoken over', { exact: true }).click()
  await expect(page.getByRole('option', { name: /HTTP\+SSE/ })).toBeVisible()
  await expect(page.getByRole('option', { name: /Command/ })).toHaveCount(0)
})
