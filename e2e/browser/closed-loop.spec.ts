import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { callAs, refusalOf } from '../support/calling'
import { cli } from '../support/cli'
import { signIn, webUrl } from '../support/people'

const VENDOR = 'lumen-vendor-agent'

const callAsVendor = (tool: string, args: Record<string, unknown>) => callAs(VENDOR, tool, args)

/** The story's traffic goes on in the background after start: its review comes last. */
async function openReview(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto(`${webUrl()}/reviews`)
    await page.getByRole('link', { name: /Q4 access review/ }).click({ timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
  await expect(page.getByRole('article', { name: /^Evidence on/ })).toBeVisible()
}

test.describe.configure({ mode: 'serial' })

test('a reviewer revokes the vendor by keyboard, and its next call is refused, with proof', async ({ page }) => {
  await signIn(page, 'Dana Kim')

  const before = await callAsVendor('search_customers', { query: 'Harbor', limit: 3 })
  expect(JSON.stringify(before)).toContain('[EMAIL_')
  expect(JSON.stringify(before)).not.toMatch(/[a-z0-9._]+@[a-z0-9-]+\.example/)

  await openReview(page)
  const vendorRow = page.getByRole('row', { name: /Lumen/ })
  const verdict = vendorRow.getByRole('cell').last()
  await expect(vendorRow).toHaveAttribute('aria-current', 'true')
  await expect(page.getByRole('article', { name: /Lumen/ })).toContainText('export_customers')
  await page.keyboard.press('r')
  await expect(verdict).toContainText('Revoke')
  await vendorRow.click()
  await page.keyboard.press('u')
  await expect(verdict).not.toContainText('Revoke')
  await page.keyboard.press('r')
  await expect(verdict).toContainText('Revoke')

  // Nothing takes effect before the sign-off.
  expect(refusalOf(await callAsVendor('search_customers', { query: 'Harbor', limit: 1 }))).toBeNull()

  await page.keyboard.press('ControlOrMeta+Enter')
  const dialog = page.getByRole('dialog', { name: /Sign off/ })
  await expect(dialog).toContainText('Revoke 1')
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: /^Sign off: revoke 1/ }).click()

  await expect(page.getByText(/verified/i).first()).toBeVisible({ timeout: 10_000 })
  const after = refusalOf(await callAsVendor('search_customers', { query: 'Harbor', limit: 1 }))
  expect(after?.reason).toBe('excluded')
  expect(after?.reference).toMatch(/^ref_/)

  // Whoever runs the client can look the refusal up.
  await page.goto(after!.url!)
  await expect(page.getByText(after!.reference!).first()).toBeVisible()
})

test('re-applying the old configuration does not bring the access back', async () => {
  const applied = cli('apply', '-f', path.join(process.env.STORY_DATA!, 'demo', 'access.yaml'))
  expect(applied.status).toBe(1)
  expect(applied.stdout).toContain(`refused grant ${VENDOR}`)
  expect(refusalOf(await callAsVendor('search_customers', { query: 'Harbor', limit: 1 }))?.reason).toBe('excluded')
})

test('the vendor’s session replays, masked, and opening it is an audit event', async ({ page }) => {
  await signIn(page, 'Dana Kim')
  await page.goto(`${webUrl()}/sessions`)
  await page
    .getByRole('row', { name: /lumen-vendor-agent/ })
    .last()
    .getByRole('link')
    .first()
    .click()
  await expect(page.getByText(/Chain verified/)).toBeVisible()
  await expect(page.getByText(/\[EMAIL_[a-z0-9]{8}\]/).first()).toBeVisible()
  await expect(page.getByText(/opening of this recording is in the audit log/)).toBeVisible()
  const sessionId = new URL(page.url()).pathname.split('/').at(-1)!
  const found = cli('audit', 'search', '--json', '--identity', VENDOR)
  expect(found.stdout).toContain('session.opened')
  expect(found.stdout).toContain(sessionId)
})

test('everything recorded so far verifies offline', async () => {
  const verified = cli('verify', '--json')
  expect(verified.status).toBe(0)
})

test('what is not theirs is not there: reviews, campaigns, sessions, connections, identities and their data', async ({
  page,
}) => {
  const first = (...command: string[]) => (JSON.parse(cli(...command, '--json').stdout) as { id: string }[])[0]!.id
  const campaign = first('campaign', 'list')
  const session = first('sessions', 'list', '--identity', VENDOR)
  await signIn(page, 'Ana Lind')
  for (const route of [
    `/reviews/${campaign}`,
    `/reviews/${campaign}/outcome`,
    `/campaigns/${campaign}`,
    `/sessions/${session}`,
    `/sessions/${session}/messages`,
    '/identities/idn_000000000000000000000',
  ]) {
    const answer = await page.request.get(webUrl() + route)
    expect([route, answer.status()]).toEqual([route, 404])
  }
})
