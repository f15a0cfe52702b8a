import { z } from 'zod'
import { readEnv } from '@/lib/env'
import { exitWith, PlainError } from '@/scripts/prepare/plain-error.mjs'
import { untilToldToStop } from '@/scripts/supervise/until-told-to-stop'
import { startIdentityProvider } from './provider'

/** The demo's identity provider alone: people of Acme without passwords. For trying things out, and nothing else. */
async function main(): Promise<void> {
  const { BIND, dataDir, webUrl, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = readEnv()
  const port = z.coerce.number().int().min(1).max(65_535).parse(process.env.DEMO_OIDC_PORT)
  if (!clientId || !clientSecret) throw new PlainError('set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as for the web app.')
  let close = async () => {}
  await untilToldToStop(
    async () => {
      const provider = await startIdentityProvider({ port, bind: BIND, dataDir, webUrl, clientId, clientSecret })
      close = provider.close
      console.log(`identity provider at ${provider.url}`)
    },
    () => close(),
  )
  process.exit(0)
}

main().catch(exitWith)
