import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What axe finds. The dark theme changes colours and nothing else, so there only what is about colours is asked again. */
export async function axeViolations(page: Page, theme: 'light' | 'dark') {
  const axe = new AxeBuilder({ page })
  const { violations } = await (theme === 'dark'
    ? axe.withRules(['color-contrast', 'link-in-text-block'])
    : axe
  ).analyze()
  return violations
}
