import { expect, type Page } from '@playwright/test'

export const webUrl = () => process.env.STORY_WEB_URL!

/** Through the demo's OpenID provider, as a person would: the button here, the name there. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.goto(`${webUrl()}/sign-in`)
  await page.getByRole('button', { name: /single sign-on/ }).click()
  await page.getByRole('button', { name: new RegExp(name) }).click()
  await expect(page.getByRole('navigation').first()).toBeVisible()
}
