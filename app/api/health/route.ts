import { prisma } from '@/lib/db'
import { jobsHealth } from '@/lib/jobs'

export const dynamic = 'force-dynamic'

export async function GET() {
  const database = await prisma().$queryRaw`SELECT 1`.then(() => 'ok' as const).catch(() => 'unreachable' as const)
  const jobs = jobsHealth()
  const healthy = database === 'ok' && jobs.healthy
  return Response.json({ status: healthy ? 'ok' : 'degraded', database, jobs }, { status: healthy ? 200 : 503 })
}
