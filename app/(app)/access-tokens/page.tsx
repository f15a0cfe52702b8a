import type { Metadata } from 'next'
import { mintTokenAction, revokeTokenAction } from '@/app/(app)/access-tokens/actions'
import { TokenList } from '@/components/identities/token-list'
import { Page } from '@/components/shell/page'
import { Callout } from '@/components/ui/callout'
import { CodeBlock } from '@/components/ui/code-block'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { listKeys } from '@/lib/identities/detail-store'
import { DEFAULT_TOKEN_DAYS, lifetimes, mayMintTokens } from '@/lib/identities/token-rules'
import { listSessions } from '@/lib/sessions/store'

export const metadata: Metadata = { title: 'Access tokens' }

export default async function AccessTokensPage() {
  const actor = await requireActor()
  const { PERSONAL_TOKEN_MAX_DAYS, gatewayUrl } = env()
  const [tokens, live] = await Promise.all([
    listKeys(db(), actor, { identityId: actor.id, kind: 'personal' }),
    listSessions(db(), actor, { identity: actor.id, live: true, limit: 200 }),
  ])
  const may = mayMintTokens(actor)
  return (
    <Page crumbs={[{ label: 'Access tokens' }]}>
      <PageHeader
        title="Access tokens"
        sub="For clients that call MCP servers as you. Each ends by itself, and all of them when you are disabled."
      />
      {!may && (
        <Callout title="You came by a sign-in link">
          Only people who signed in through an identity provider make tokens. Sign out, and sign in there.
        </Callout>
      )}
      <TokenList
        me="yours"
        tokens={tokens}
        liveSessions={live.sessions.length}
        minting={
          may
            ? {
                mint: mintTokenAction,
                lifetimes: lifetimes(PERSONAL_TOKEN_MAX_DAYS),
                usual: Math.min(DEFAULT_TOKEN_DAYS, PERSONAL_TOKEN_MAX_DAYS),
              }
            : null
        }
        revoke={revokeTokenAction}
      />
      <Section title="Using one" description="As the bearer token of any client that speaks to the gateway.">
        <CodeBlock title="curl" code={`curl ${gatewayUrl}/SLUG/mcp -H "Authorization: Bearer $COUNTERSIGN_TOKEN" …`} />
      </Section>
    </Page>
  )
}
