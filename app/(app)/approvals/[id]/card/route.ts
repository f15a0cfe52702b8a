import { readCard } from '@/app/(app)/approvals/read'
import { currentActor } from '@/lib/auth'
import { DomainError } from '@/lib/errors'

interface Context {
  params: Promise<{ id: string }>
}

/** One held call with everything that a decision needs. */
export async function GET(_request: Request, { params }: Context) {
  const actor = await currentActor()
  if (actor === null) return Response.json({ message: 'Sign in again.' }, { status: 401 })
  try {
    return Response.json(await readCard(actor, (await params).id), { headers: { 'cache-control': 'no-store' } })
  } catch (error) {
    if (error instanceof DomainError) return Response.json({ message: error.message }, { status: error.status })
    throw error
  }
}
