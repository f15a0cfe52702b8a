import { PenLine } from 'lucide-react'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card, CardList, RowIcon } from '@/components/ui/section'

export interface SignOffSummary {
  id: string
  reviewer: string
  reviewerName: string
  /** The command line and the system may stand in front of a person's name. */
  signedBy: string
  at: string
  attestation: string
  /** "certify 61, revoke 7: 2 live sessions end". */
  words: string
}

export function SignOffList({ signOffs }: { signOffs: readonly SignOffSummary[] }) {
  return (
    <Card flush>
      <CardList label="Sign-offs">
        {signOffs.map((signOff) => (
          <li key={signOff.id} className="flex items-start gap-3 px-4 py-3 text-sm">
            <RowIcon tone="ok">
              <PenLine />
            </RowIcon>
            <div className="min-w-0 flex-1">
              <p className="text-ink">
                <span className="font-medium">{signOff.reviewer}</span> signed: {signOff.words}
              </p>
              <p className="text-ink-3">
                “{signOff.attestation}”
                {signOff.signedBy !== `user:${signOff.reviewerName}` &&
                  ` Signed by ${signOff.signedBy.replace(/^user:/, '')}.`}
              </p>
            </div>
            <RelativeTime at={signOff.at} className="whitespace-nowrap text-ink-3" />
          </li>
        ))}
      </CardList>
    </Card>
  )
}
