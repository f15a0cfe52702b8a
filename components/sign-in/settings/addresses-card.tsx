import { CopyableId } from '@/components/ui/copyable-id'
import { KeyValues } from '@/components/ui/key-values'
import { Card } from '@/components/ui/section'

interface AddressesCardProps {
  protocol: 'oidc' | 'saml'
  webUrl: string
  slug: string
}

/** What has to be entered at the provider. It follows from the slug, so both sides can be set up in any order. */
export function AddressesCard({ protocol, webUrl, slug }: AddressesCardProps) {
  const of = (value: string, label: string) => ({ label, value: <CopyableId value={value} label={label} /> })
  const base = `${webUrl}/api/saml/${slug || '…'}`
  return (
    <Card title="To enter at the provider">
      {protocol === 'oidc' ? (
        <>
          <KeyValues
            layout="stack"
            className="grid-cols-1!"
            items={[of(`${webUrl}/api/auth/callback/${slug || '…'}`, 'Redirect URI')]}
          />
          <p className="mt-3 text-ink-3 text-xs">
            A confidential web application with the authorization code flow. PKCE, state and nonce are used.
          </p>
        </>
      ) : (
        <>
          <KeyValues
            layout="stack"
            className="grid-cols-1!"
            items={[
              of(`${base}/metadata`, 'Entity id (audience), and our metadata'),
              of(`${base}/acs`, 'Assertion consumer service (reply URL)'),
            ]}
          />
          <p className="mt-3 text-ink-3 text-xs">
            Sign the assertion with SHA-256. It may be encrypted, with AES-GCM and RSA-OAEP only. Relay state and
            sign-in begun at the provider are not used.
          </p>
        </>
      )}
    </Card>
  )
}
