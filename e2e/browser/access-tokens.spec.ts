import { expect, type Page, test } from '@playwright/test'
import { callTool, connectThrough, outcomeOfError } from '../../demo/client'
import { axeViolations } from '../support/accessible'
import { refusalOf } from '../support/calling'
import { cli } from '../support/cli'
import { signIn, webUrl } from '../support/people'

const DANA = 'dana@acme.test'
// Somebody who works on this runs it again on the same product.
const RUN = Date.now().toString(36)
const LAPTOP = `Laptop ${RUN}`

/** One call as a client on Dana's own machine would make it. */
async function callWith(token: string) {
  try {
    const who = { name: 'laptop', version: '1.0.0' }
    const { client, transport } = await connectThrough(process.env.STORY_GATEWAY_URL!, 'everything', token, who)
    const outcome = await callTool(client, 'echo', { message: 'hello' })
    await transport.terminateSession().catch(() => {})
    await client.close()
    return outcome
  } catch (error) {
    return outcomeOfError(error)
  }
}

/** Moves the focus on until it is where it should be, as a person without a mouse does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
    )
    expect(label).toMatch(name)
  }).toPass({ intervals: [0], timeout: 15_000 })
}

test.describe.configure({ mode: 'serial' })

test.beforeAll(() => {
  cli('grant', 'add', '--subject', DANA, '--connection', 'everything', '--tools', 'echo', '--reason', 'a story')
})
test.afterAll(() => {
  cli('grant', 'revoke', '--subject', DANA, '--connection', 'everything')
})

test('a person makes a token for themself, uses it and revokes it, without touching the mouse', async ({ page }) => {
  await signIn(page, 'Dana Kim')
  await tabTo(page, /^Account of/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Access tokens' })).toBeVisible()
  await page.keyboard.type('Acc')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Access tokens' })).toBeVisible()

  await tabTo(page, /^New token$/)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Name')).toBeFocused()
  await page.keyboard.type(LAPTOP)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Copy the token now' })).toBeVisible()
  const token = (await page.getByTestId('issued-key').textContent())!
  expect(token).toMatch(/^csp_[A-Za-z0-9_-]{43}$/)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  const row = page.getByRole('listitem').filter({ hasText: LAPTOP })
  await expect(row).toContainText(token.slice(0, 8))
  await page.reload()
  await expect(row).toBeVisible()
  expect(await page.content()).not.toContain(token.slice(8))

  expect((await callWith(token)).kind).toBe('answered')

  await tabTo(page, new RegExp(`^Revoke token ${LAPTOP}$`))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Revoke this token?' })).toBeVisible()
  await tabTo(page, /^Revoke and refuse|^Revoke$/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('list', { name: 'No longer working' })).toContainText(LAPTOP)
  const after = await callWith(token)
  expect(refusalOf(after)?.reason ?? JSON.stringify(after)).toContain('revoked_credential')
})

test('an administrator sees that there is one, and may revoke it, from the person’s page and from the CLI', async ({
  page,
  browser,
}) => {
  await signIn(page, 'Dana Kim')
  const tokens: string[] = []
  for (const name of ['First', 'Second']) {
    await page.goto(`${webUrl()}/access-tokens`)
    await page.getByRole('button', { name: 'New token' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill(`${name} ${RUN}`)
    await page.getByRole('button', { name: 'Make the token' }).click()
    tokens.push((await page.getByTestId('issued-key').textContent())!)
  }
  const listed = JSON.parse(cli('key', 'list', DANA, '--json').stdout) as { id: string; name: string; kind: string }[]
  const second = listed.find(({ name }) => name === `Second ${RUN}`)!
  expect(second.kind).toBe('personal')
  expect(cli('key', 'revoke', second.id).status).toBe(0)

  const other = await browser.newContext()
  const hers = await other.newPage()
  await signIn(hers, 'Mara Okafor')
  const [dana] = JSON.parse(cli('identities', '--q', DANA, '--json').stdout) as { id: string }[]
  await hers.goto(`${webUrl()}/identities/${dana!.id}`)
  const row = hers.getByRole('listitem').filter({ hasText: `First ${RUN}` })
  await expect(row).toContainText('access token')
  await row.getByRole('button', { name: /^Revoke token/ }).click()
  await hers
    .getByRole('dialog')
    .getByRole('button', { name: /^Revoke/ })
    .click()
  await expect(row).toContainText('revoked')
  for (const token of tokens) expect(refusalOf(await callWith(token))?.reason).toBe('revoked_credential')
  // Hers are hers to make: an administrator makes none for somebody else.
  await expect(hers.getByRole('button', { name: 'New token' })).toHaveCount(0)
  await other.close()
})

test('who came by the operator’s link makes none, and is told how', async ({ page }) => {
  const { url } = JSON.parse(cli('sign-in-link', DANA, '--json').stdout) as { url: string }
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation').first()).toBeVisible()
  await page.goto(`${webUrl()}/access-tokens`)
  await expect(page.getByText('You came by a sign-in link')).toBeVisible()
  await expect(page.getByRole('button', { name: 'New token' })).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the tokens and their dialog, ${colorScheme}`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await signIn(page, 'Dana Kim')
    await page.goto(`${webUrl()}/access-tokens`)
    const look = async () => {
      const violations = await axeViolations(page, colorScheme)
      expect(violations.map((found) => `${found.id} ${found.nodes[0]?.target}`)).toEqual([])
    }
    await page.getByRole('heading', { level: 1 }).waitFor()
    await look()
    await page.getByRole('button', { name: 'New token' }).click()
    await page.getByRole('dialog').getByLabel('Name').waitFor()
    await look()
    await context.close()
  })
}
