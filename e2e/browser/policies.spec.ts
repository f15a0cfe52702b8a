import { expect, type Page, test } from '@playwright/test'
import { axeViolations } from '../support/accessible'
import { callAs, refusalOf } from '../support/calling'
import { cli } from '../support/cli'
import { signIn, webUrl } from '../support/people'

const CALLER = 'bi-export'
const RULE = 'No wide exports'

const exportRows = async (limit: number) => refusalOf(await callAs(CALLER, 'export_customers', { limit }))

const condition = (page: Page) => page.getByRole('textbox', { name: 'Condition' })

test.describe.configure({ mode: 'serial' })

test('an administrator writes a rule, sees what is wrong with it, tries it, and puts it in force', async ({ page }) => {
  expect(await exportRows(3)).toBeNull()
  expect(await exportRows(40)).toBeNull()
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/policies`)
  await page.getByRole('link', { name: 'New rule' }).click()

  await page.getByLabel('Name').fill(RULE)
  await page.getByLabel('What the caller is told').fill('Ask for thirty rows at most.')
  await page.getByLabel('Connections', { exact: true }).fill('cr')
  await page.getByRole('option', { name: /^crm/ }).click()
  await page.getByLabel('Tools', { exact: true }).fill('export')
  await page.getByRole('option', { name: /^export_customers/ }).click()
  await page.getByLabel('Callers', { exact: true }).fill(CALLER)
  await page.keyboard.press('Enter')

  await condition(page).fill('identity.nmae == "x" || args.limit > 30')
  await expect(page.getByText(/Line 1, column 1: identity has no nmae/)).toBeVisible()
  await expect(page.locator('[data-problem]')).toHaveText('identity')
  await expect(page.getByRole('button', { name: 'Put in force' })).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Try it on recorded calls' })).toBeDisabled()

  await condition(page).fill('args.limit > 30')
  await expect(page.getByText('Reads well.')).toBeVisible()
  await expect(page.getByText(`Blocks export_customers on crm by ${CALLER}, when args.limit > 30.`)).toBeVisible()
  await page.getByRole('button', { name: 'Try it on recorded calls' }).click()
  await expect(page.getByText(/^Would have blocked [\d,]+ of [\d,]+ calls in 30 days\.$/)).toBeVisible()
  const example = page.getByRole('link', { name: 'export_customers' }).first()
  await expect(example).toHaveAttribute('href', /^\/sessions\/ses_\w+\?at=/)

  // A trial changes nothing.
  expect(await exportRows(40)).toBeNull()

  await page.getByRole('button', { name: 'Put in force' }).click()
  await expect(page).toHaveURL(/\/policies$/)
  await expect(page.getByRole('heading', { name: RULE })).toBeVisible()
  const refused = await exportRows(40)
  expect(refused?.reason).toBe('blocked_by_rule')
  expect(await exportRows(3)).toBeNull()
})

test('it is changed where it stands, and the next call meets what it says now', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/policies`)
  await page.getByRole('button', { name: `Change ${RULE}` }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await expect(condition(page)).toHaveValue('args.limit > 30')
  await condition(page).fill('args.limit > 60')
  await page.getByRole('button', { name: 'Save and put in force' }).click()
  await expect(page).toHaveURL(/\/policies$/)
  await expect(page.getByText(/when args\.limit > 60/)).toBeVisible()
  expect(await exportRows(40)).toBeNull()
  expect((await exportRows(70))?.reason).toBe('blocked_by_rule')

  // What the side sheet of the access says, and the command line, is what the gateway did.
  const explain = (limit: number) =>
    JSON.parse(
      cli('access', 'explain', CALLER, 'crm', 'export_customers', '--args', `{"limit":${limit}}`, '--json').stdout,
    )
  expect(explain(40)).toMatchObject({ effect: 'allow' })
  expect(explain(70)).toMatchObject({ effect: 'deny', tools: [{ rules: [{ name: RULE, effect: 'block' }] }] })
})

test('disabling it says what follows, and the same call passes again', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/policies`)
  await page.getByRole('button', { name: `Change ${RULE}` }).click()
  await page.getByRole('menuitem', { name: 'Disable…' }).click()
  await expect(page.getByRole('alertdialog').or(page.getByRole('dialog'))).toContainText('pass from the next one on')
  await page.getByRole('button', { name: 'Disable and stop blocking' }).click()
  await expect(page.getByText(`${RULE} is disabled`)).toBeVisible()
  expect(await exportRows(70)).toBeNull()
})

test('a rule that another one makes pointless is told so, calmly', async ({ page }) => {
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/policies/new?effect=mask`)
  await page.getByLabel('Connections', { exact: true }).fill('crm')
  await page.keyboard.press('Enter')
  await page.getByRole('checkbox', { name: 'e-mail addresses' }).check()
  await expect(page.getByRole('list', { name: 'Notes' })).toContainText('Adds nothing: Customer data masks all')
  await page.getByLabel('Connections', { exact: true }).press('Backspace')
  await expect(page.getByRole('list', { name: 'Notes' })).toBeHidden()
})

test('a rule of a pack is put in force on a connection, and what it is about is blocked there', async ({ page }) => {
  const name = 'UPDATE or DELETE of every row'
  const search = async (query: string) => refusalOf(await callAs(CALLER, 'search_customers', { query, limit: 1 }))
  await signIn(page, 'Mara Okafor')
  await page.goto(`${webUrl()}/policies/packs`)
  await page.getByRole('checkbox', { name }).check()
  await page.getByLabel('On connections').fill('crm')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Put 1 rule in force' }).click()
  await expect(page.getByText('there is a rule of this name')).toBeVisible()
  expect((await search('DELETE FROM customers'))?.reason).toBe('blocked_by_rule')
  expect(await search('Harbor')).toBeNull()

  await page.goto(`${webUrl()}/policies`)
  await page.getByRole('button', { name: `Change ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete and stop blocking' }).click()
  await expect(page.getByRole('heading', { name })).toBeHidden()
  expect(await search('DELETE FROM customers')).toBeNull()
})

test('axe finds nothing on the editor, with a problem, with suggestions open and with a trial, in either theme', async ({
  browser,
}) => {
  for (const theme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await signIn(page, 'Mara Okafor')
    await page.goto(`${webUrl()}/policies/new?effect=approve`)
    const check = async (state: string) => {
      const violations = await axeViolations(page, theme)
      expect(violations.map((found) => `${theme}, ${state}: ${found.id} ${found.nodes[0]?.target}`)).toEqual([])
    }
    await condition(page).fill('args.limit >')
    await expect(page.getByText(/^Line 1, column/)).toBeVisible()
    await page.getByRole('switch', { name: /Escalate/ }).click()
    await page.getByRole('switch', { name: /certain hours/ }).click()
    await check('a problem')
    await page.getByRole('textbox', { name: 'Condition' }).fill('args.limit > 1')
    await page.getByRole('checkbox', { name: 'The owner of the connection' }).first().check()
    await page.getByRole('button', { name: 'Try it on recorded calls' }).click()
    await expect(page.getByText(/^(Would have held|No calls were recorded)/)).toBeVisible()
    await page.getByLabel('Tools', { exact: true }).click()
    await expect(page.getByRole('option').first()).toBeVisible()
    await check('a trial')
    await page.goto(`${webUrl()}/policies/packs`)
    await page.getByRole('checkbox', { name: 'Loses work in git' }).check()
    await expect(page.getByText('Who approves what is held')).toBeVisible()
    await check('packs')
    await context.close()
  }
})
