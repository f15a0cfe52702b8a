import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Browser, expect, type Page, type Request, test } from '@playwright/test'
import { axeViolations } from '../support/accessible'
import { cli } from '../support/cli'
import { signIn, webUrl } from '../support/people'
import { connectAs, type WaitingClient } from '../support/waiting-client'

const AGENT = 'support-reply-agent'
const RUN = Date.now().toString(36)

/** What the agent may delete with a colleague's word. */
async function addDraft(client: WaitingClient, text = `Draft ${RUN}`): Promise<number> {
  const added = await client.ask('add_note', { customerId: 'C-10007', author: AGENT, text })
  if (added.kind !== 'answered') throw new Error(`no draft: ${JSON.stringify(added)}`)
  return (added.result.structuredContent as { id: number }).id
}

/** The row of one held call in the list, once it is there by itself. */
const rowOf = (page: Page, text: string) => page.locator('[data-approval]').filter({ hasText: text })

async function asPerson<T>(browser: Browser, name: string, act: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await signIn(page, name)
    return await act(page)
  } finally {
    await context.close()
  }
}

const openInbox = async (page: Page) => {
  await page.goto(`${webUrl()}/approvals`)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
}

test.describe.configure({ mode: 'serial' })

let agent: WaitingClient
test.beforeEach(async () => {
  agent = await connectAs(AGENT)
})
test.afterEach(async () => {
  await agent.leave()
})

test('a call is held, somebody else approves it by keyboard, and its client gets the result', async ({ page }) => {
  await signIn(page, 'Dana Kim')
  await openInbox(page)
  const id = await addDraft(agent)
  const answer = agent.ask('delete_note', { id }, 'Its own draft, sent by mistake.')

  // It comes by itself, here and wherever the number is shown.
  await expect(rowOf(page, `id ${id}`)).toBeVisible()
  await expect(page).toHaveTitle(/^\(\d+\) /)
  await expect(page.getByRole('link', { name: /^Approvals \d+ waiting/ })).toBeVisible()
  await expect(page.locator('link[data-waiting]')).toHaveCount(1)

  await rowOf(page, `id ${id}`).focus()
  await page.keyboard.press('Enter')
  const card = page.getByRole('article', { name: /delete_note/ })
  await expect(card).toContainText('Support reply agent')
  await expect(card).toContainText('owned by Priya Shah')
  await expect(card).toContainText(`"id": ${id}`)
  await expect(card).toContainText('Agents ask before they delete notes')
  await expect(card).toContainText('Its own draft, sent by mistake.')
  await expect(card).toContainText('add_note')
  await expect(card).toContainText('The client is waiting for the answer right now.')
  await expect(card).toContainText('0 of 1 from customer-care')

  await page.keyboard.press('a')
  expect(await answer).toMatchObject({ kind: 'answered', result: { structuredContent: { deleted: id } } })
  await expect(card).toContainText('Approved by you. It has run, once')
  await expect(page.getByRole('button', { name: /Approve once/ })).toHaveCount(0)
  await expect(page.getByRole('list', { name: 'Decided' })).toContainText('approved by you')
})

test('other arguments need another approval, and the card shows what differs from the last one', async ({ page }) => {
  await signIn(page, 'Dana Kim')
  const [first, second] = [await addDraft(agent), await addDraft(agent)]
  const before = agent.ask('delete_note', { id: first })
  await openInbox(page)
  await rowOf(page, `id ${first}`).click()
  await page.getByRole('button', { name: /Approve once/ }).click()
  expect((await before).kind).toBe('answered')

  const after = agent.ask('delete_note', { id: second })
  await rowOf(page, `id ${second}`).click()
  const card = page.getByRole('article', { name: /delete_note/ })
  await expect(card).toContainText(`last approved: ${first}`)
  await expect(card).toContainText('1 line differs from the call approved')

  await page.keyboard.press('d')
  await expect(page.getByRole('textbox', { name: /Why not/ })).toBeFocused()
  await page.keyboard.type('Not this one')
  await page.keyboard.press('Enter')
  expect(await after).toMatchObject({ kind: 'refused', refusal: { reason: 'approval_denied' } })
  await expect(card).toContainText('Denied by you')
  await expect(card).toContainText('“Not this one”')
})

test('a decision by somebody else appears without a reload, and takes the answer out of one’s hands', async ({
  page,
  browser,
}) => {
  await signIn(page, 'Dana Kim')
  const id = await addDraft(agent)
  const answer = agent.ask('delete_note', { id })
  await openInbox(page)
  await rowOf(page, `id ${id}`).click()
  const card = page.getByRole('article', { name: /delete_note/ })
  await expect(page.getByRole('button', { name: /Approve once/ })).toBeVisible()
  await page.evaluate(() => {
    ;(window as { stayed?: boolean }).stayed = true
  })
  const link = page.url()

  await asPerson(browser, 'Mara Okafor', async (mara) => {
    await mara.goto(link)
    await mara.getByRole('button', { name: /Approve once/ }).click()
    await expect(mara.getByRole('article')).toContainText('Approved by you')
  })
  expect((await answer).kind).toBe('answered')
  await expect(card).toContainText('Approved by Mara Okafor')
  await expect(page.getByRole('button', { name: /Approve once/ })).toHaveCount(0)
  expect(await page.evaluate(() => (window as { stayed?: boolean }).stayed)).toBe(true)
})

test('nobody approves for their own agent, neither on the screen nor by calling what the screen calls', async ({
  page,
  browser,
}) => {
  await signIn(page, 'Dana Kim')
  const drafts = [await addDraft(agent), await addDraft(agent)]
  const first = agent.ask('delete_note', { id: drafts[0] })
  await openInbox(page)
  await rowOf(page, `id ${drafts[0]}`).click()
  const sent = page.waitForRequest((request) => request.method() === 'POST' && 'next-action' in request.headers())
  await page.getByRole('button', { name: /Approve once/ }).click()
  const action: Request = await sent
  expect((await first).kind).toBe('answered')
  const used = new URL(page.url()).pathname.split('/').at(-1)!

  const second = agent.ask('delete_note', { id: drafts[1] })
  await expect(rowOf(page, `id ${drafts[1]}`)).toBeVisible()
  const open = (await rowOf(page, `id ${drafts[1]}`).getAttribute('data-approval'))!

  await asPerson(browser, 'Priya Shah', async (priya) => {
    await priya.goto(`${webUrl()}/approvals/${open}`)
    await expect(priya.getByRole('region', { name: 'Your decision' })).toContainText(
      'You may not decide this. An owner counts as what they own',
    )
    await expect(priya.getByRole('button', { name: /Approve|Deny/ })).toHaveCount(0)
    await priya.keyboard.press('a')
    const answer = await priya.request.post(`${webUrl()}/approvals/${open}`, {
      headers: {
        'next-action': action.headers()['next-action']!,
        'content-type': action.headers()['content-type']!,
        origin: webUrl(),
        accept: 'text/x-component',
      },
      data: action.postData()!.replaceAll(used, open),
    })
    expect(await answer.text()).toContain('An owner counts as what they own')
  })
  await asPerson(browser, 'Ana Lind', async (ana) => {
    for (const route of [`/approvals/${open}`, `/approvals/${open}/card`]) {
      expect([route, (await ana.request.get(webUrl() + route)).status()]).toEqual([route, 404])
    }
    await ana.goto(`${webUrl()}/approvals`)
    await expect(ana.getByText('No call waits').last()).toBeVisible()
  })
  const [still] = (JSON.parse(cli('approvals', 'list', '--json').stdout) as { id: string; status: string }[]).filter(
    ({ id }) => id === open,
  )
  expect(still?.status).toBe('pending')
  cli('approvals', 'deny', open, '--as', 'mara@acme.test', '--reason', 'the story goes on')
  expect(await second).toMatchObject({ kind: 'refused', refusal: { reason: 'approval_denied' } })
  await expect(page.getByRole('list', { name: 'Decided' })).toContainText('denied by Mara Okafor')
})

test('what nobody answers expires while one looks at it, and is refused', async ({ page }) => {
  test.slow()
  const text = `Late ${RUN}`
  // A minute is the shortest there is; the condition leaves everybody else's notes alone.
  const file = path.join(process.env.STORY_DATA!, 'quick-rule.yaml')
  writeFileSync(
    file,
    `rules:\n  - { name: Quick ${RUN}, effect: approve, connections: [crm], tools: [add_note], when: 'args.text == "${text}"', approvers: { group: customer-care }, expiresAfter: 60s }\n`,
  )
  expect(cli('apply', '-f', file).status).toBe(0)
  await signIn(page, 'Dana Kim')
  await openInbox(page)
  const answer = agent.ask('add_note', { customerId: 'C-10007', author: AGENT, text })
  await rowOf(page, 'add_note').first().click()
  const card = page.getByRole('article', { name: /add_note/ })
  await expect(card.getByRole('timer')).toHaveText(/0:\d\d left/)
  // Told to come again before the end, the client does, and hears the end.
  let outcome = await answer
  if (outcome.kind === 'refused' && outcome.refusal.reason === 'approval_pending') {
    outcome = await agent.ask('add_note', { customerId: 'C-10007', author: AGENT, text })
  }
  expect(outcome).toMatchObject({ kind: 'refused', refusal: { reason: 'approval_expired' } })
  await expect(card).toContainText('Expired: nobody answered in time', { timeout: 20_000 })
  await expect(page.getByRole('button', { name: /Approve once/ })).toHaveCount(0)
})

test('a session may repeat a tool for some minutes, until somebody revokes that', async ({ page }) => {
  await signIn(page, 'Dana Kim')
  const drafts = [await addDraft(agent), await addDraft(agent), await addDraft(agent)]
  const first = agent.ask('delete_note', { id: drafts[0] })
  await openInbox(page)
  await rowOf(page, `id ${drafts[0]}`).click()
  await expect(page.getByRole('button', { name: /This session/ })).toBeVisible()
  await page.keyboard.press('s')
  const dialog = page.getByRole('dialog', { name: /Let this session repeat delete_note/ })
  await dialog.getByRole('radio', { name: '5 min', exact: true }).click()
  await dialog.getByRole('button', { name: 'Approve, and allow repeats for 5 min' }).click()
  expect((await first).kind).toBe('answered')
  expect((await agent.ask('delete_note', { id: drafts[1] })).kind).toBe('answered')

  const standing = page.getByRole('region', { name: 'Standing approvals in force' })
  await expect(standing).toContainText('used once')
  await standing.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: 'Revoke, and hold the next call' }).click()
  await expect(standing).toHaveCount(0)
  const third = agent.ask('delete_note', { id: drafts[2] })
  await rowOf(page, `id ${drafts[2]}`).click()
  await page.getByRole('button', { name: /Approve once/ }).click()
  expect((await third).kind).toBe('answered')
})

test('a line that breaks is said, and what was missed is there once it is back', async ({ page, context }) => {
  await signIn(page, 'Dana Kim')
  await openInbox(page)
  const id = await addDraft(agent)
  await context.setOffline(true)
  await expect(page.getByText('Reconnecting…')).toBeVisible()
  const answer = agent.ask('delete_note', { id })
  await context.setOffline(false)
  await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 20_000 })
  await rowOf(page, `id ${id}`).click()
  await page.getByRole('button', { name: /Approve once/ }).click()
  expect((await answer).kind).toBe('answered')
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on a held call, on a desk and on a phone, ${theme}`, async ({ browser }) => {
    const answer = agent.ask('delete_note', { id: await addDraft(agent) })
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const context = await browser.newContext({ colorScheme: theme, viewport })
      const page = await context.newPage()
      await signIn(page, 'Dana Kim')
      await page.goto(`${webUrl()}/approvals`)
      await page.locator('[data-approval]').first().click()
      await expect(page.getByRole('button', { name: /Approve once/ })).toBeVisible()
      const violations = await axeViolations(page, theme)
      expect(violations.map((found) => `${found.id} ${found.nodes[0]?.target}`)).toEqual([])
      if (viewport.width === 390) {
        await page.getByRole('button', { name: 'All approvals' }).click()
        await expect(page.getByRole('list', { name: 'Waiting for you' })).toBeVisible()
        await page.locator('[data-approval]').first().click()
        await page.getByRole('button', { name: 'Deny' }).click()
        await page.getByRole('textbox', { name: /Why not/ }).fill('Seen enough')
        await page.keyboard.press('Enter')
      }
      await context.close()
    }
    expect((await answer).kind).toBe('refused')
  })
}
