import { cookies } from 'next/headers'
import { env } from '@/lib/env'

const MINUTES = 15

const isSecure = (): boolean => env().webUrl.startsWith('https://')
// The prefix keeps a neighbouring subdomain from setting it.
const cookieName = (): string => (isSecure() ? '__Host-countersign.saml' : 'countersign.saml')

/** What only the browser has that began a sign-in: the provider's POST comes without it, the redirect after it with it. */
export const readBrowser = async (): Promise<string | null> => (await cookies()).get(cookieName())?.value ?? null

export async function keepBrowser(browser: string): Promise<void> {
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure(), maxAge: MINUTES * 60 } as const
  ;(await cookies()).set(cookieName(), browser, options)
}
