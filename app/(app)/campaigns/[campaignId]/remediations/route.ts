import { toBoardView } from '@/app/(app)/campaigns/campaign-views'
import { currentActor } from '@/lib/auth'
import { campaignRemediations } from '@/lib/campaigns/store'
import { db } from '@/lib/db'
import { DomainError } from '@/lib/errors'

interface Context {
  params: Promise<{ campaignId: string }>
}

/** What a board asks for once a second until everything is proven. */
export async function GET(request: Request, { params }: Context) {
  const { campaignId } = await params
  const actor = await currentActor()
  if (actor === null) return Response.json({ message: 'Sign in again.' }, { status: 401 })
  const mine = new URL(request.url).searchParams.has('mine')
  try {
    const views = await campaignRemediations(db(), actor, campaignId, { mine })
    return Response.json(views.map(toBoardView), { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    if (error instanceof DomainError) return Response.json({ message: error.message }, { status: error.status })
    throw error
  }
}
