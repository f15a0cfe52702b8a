import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { signIn, webUrl } from '../support/people'

test('a stranger is sent to sign in, and no page answers without a person', async ({ page }) => {
  for (const route of ['/', '/reviews', '/sessions', '/access', '/connections', '/identities', '/audit', '/settings']) {
    await page.goto(webUrl() + route)
    await expect(page).toHaveURL(/\/sign-in/)
  }
})

const SCREENS: [person: string, routes: string[]][] = [
  ['Dana Kim', ['/', '/reviews', '/sessions', '/connections', '/identities', '/access', '/audit']],
  ['Mara Okafor', ['/', '/campaigns', '/campaigns/new', '/policies', '/settings', '/connections/new']],
]

for (const theme of ['light', 'dark'] as const) {
  for (const [person, routes] of SCREENS) {
    test(`axe finds nothing on the screens of ${person}, ${theme}`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1440, height: 900 } })
      const page = await context.newPage()
      await signIn(page, person)
      for (const route of routes) {
        await page.goto(webUrl() + route)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map((found) => `${route}: ${found.id} ${found.nodes[0]?.target}`)).toEqual([])
      }
      await context.close()
    })
  }
}
