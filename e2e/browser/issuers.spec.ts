import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { cli } from '../support/cli'
import { TestIssuer } from '../support/issuer'
import { signIn, webUrl } from '../support/people'

/** An administrator registers an issuer, a client calls with its token, and the issuer goes again. */

let idp: TestIssuer
// Somebody who works on this runs it again on the same product, where the first issuer keeps the person.
const RUN = Date.now().toString(36)
const PAT = `pat-${RUN}@acme.test`
const folder = mkdtempSync(path.join(tmpdir(), 'countersign-issuers-'))

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  const file = path.join(folder, 'access.yaml')
  writeFileSync(file, `identities: [{ name: ${PAT}, kind: human, displayName: Pat ${RUN} }]\n`)
  expect(cli('apply', '-f', file).status).toBe(0)
  idp = await TestIssuer.start()
})
test.afterAll(async () => {
  await idp.close()
  rmSync(folder, { recursive: true })
})

const expectNothingFromAxe = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((found) => `${page.url()}: ${found.id} ${found.nodes[0]?.target}`)).toEqual([])
}

async function initializeWith(token: string): Promise<number> {
  const response = await fetch(`${process.env.STORY_GATEWAY_URL}/crm/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'story', version: '1' } },
    }),
  })
  await response.text()
  return response.status
}

test('an administrator registers an issuer after asking it for its keys', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/settings/issuers/new`)
  await page.getByLabel('Issuer', { exact: true }).fill(idp.url)
  await page.getByRole('button', { name: 'Ask for its keys' }).click()
  await expect(page.getByText(`1 key at ${idp.url}/jwks`)).toBeVisible()
  await page.getByLabel('Audience').fill('countersign')
  await page.getByLabel('E-mail domains').fill('acme.test')
  await expectNothingFromAxe(page)

  idp.isDown = true
  await page.getByRole('button', { name: 'Register the issuer' }).click()
  await expect(page.getByText('could not be fetched')).toBeVisible()
  await expect(page.getByLabel('Register it all the same')).toBeVisible()
  idp.isDown = false
  await page.getByRole('button', { name: 'Register the issuer' }).click()
  await expect(page.getByRole('heading', { level: 1, name: idp.url })).toBeVisible()
  await expect(page.getByText('keys known')).toBeVisible({ timeout: 30_000 })
  await expectNothingFromAxe(page)
})

test('a person calls with its token, and is seen by it on their page', async ({ page }) => {
  const token = await idp.token({ sub: 'pat-there', email: PAT, email_verified: true })
  await expect(async () => expect(await initializeWith(token)).not.toBe(401)).toPass()
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/identities?q=${encodeURIComponent(PAT)}`)
  await page
    .getByRole('link', { name: `Pat ${RUN}` })
    .first()
    .click()
  const card = page.getByRole('list', { name: 'Sign-ins and tokens' })
  await expect(card.getByText('pat-there')).toBeVisible()
  await expect(card.getByText('seen by a gateway')).toBeVisible()
  await page.getByRole('button', { name: 'Bind…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Issuer').click()
  await page.getByRole('option', { name: idp.url }).click()
  await dialog.getByLabel('Subject').fill('pat-elsewhere')
  await dialog.getByRole('button', { name: 'Bind' }).click()
  await expect(card.getByText('pat-elsewhere')).toBeVisible()
  await expect(card.getByText('bound by hand')).toBeVisible()
  await expectNothingFromAxe(page)
  const other = await idp.token({ sub: 'pat-elsewhere' })
  expect(await initializeWith(other)).toBe(await initializeWith(token))
})

test('whoever is no administrator finds no such page', async ({ page }) => {
  await signIn(page, 'Dana Kim')
  await page.goto(`${webUrl()}/settings/issuers/new`)
  await expect(page.getByText('There is nothing here')).toBeVisible()
})

test('the issuer is removed, and its tokens with it', async ({ page }) => {
  const token = await idp.token({ sub: 'pat-there' })
  expect(await initializeWith(token)).not.toBe(401)
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/settings`)
  await page.getByRole('link', { name: idp.url }).click()
  await page.getByRole('button', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: /^Remove it and refuse/ }).click()
  await expect(page).toHaveURL(/\/settings$/)
  await expect(page.getByRole('link', { name: idp.url })).toHaveCount(0)
  expect(await initializeWith(token)).toBe(401)
})

test('a key is rotated, and shown once while the list moves on behind it', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/identities?kind=service`)
  await page.locator('main a[href^="/identities/idn_"]').first().click()
  await page.getByRole('button', { name: 'Issue a key' }).click()
  await page.getByRole('button', { name: 'Issue the key' }).click()
  await expect(page.getByTestId('issued-key')).toBeVisible()
  await page.getByRole('button', { name: 'Done, I have copied it' }).click()

  await page
    .getByRole('button', { name: /^Rotate key/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Issue the new key' }).click()
  await expect(page.getByTestId('issued-key')).toHaveText(/^csk_/)
  await page.getByRole('button', { name: 'Done, I have copied it' }).click()
  await expect(page.getByText('being replaced')).toBeVisible()
  await expectNothingFromAxe(page)
})
