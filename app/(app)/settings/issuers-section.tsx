import { IssuerList } from '@/components/issuers/issuer-list'
import { ButtonLink } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { type Actor, hasRole } from '@/lib/actor'
import { db } from '@/lib/db'
import { listIssuers } from '@/lib/identities/issuer-store'

/** Whose tokens callers may show at the gateway, beside the keys that are made here. */
export async function IssuersSection({ actor }: { actor: Actor }) {
  const issuers = await listIssuers(db(), actor)
  const isAdmin = hasRole(actor, 'admin')
  return (
    <Section
      title="Token issuers"
      aside={
        isAdmin &&
        issuers.length > 0 && (
          <ButtonLink size="sm" href="/settings/issuers/new">
            Register an issuer
          </ButtonLink>
        )
      }
      description="The gateway accepts JSON Web Tokens of these. A caller is known by issuer and subject; a verified address finds a person only in the domains that are listed."
    >
      <IssuerList issuers={issuers} mayRegister={isAdmin} />
    </Section>
  )
}
