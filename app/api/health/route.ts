import { prisma } from '@/lib/db'
import { jobsHealth } from '@/lib/jobs'

export const dynamic = 'force-dynamic'

export async function GET() {
  const database = await prisma().$queryRaw`SELECT 1`.then(() => 'ok' as const).catch(() => 'unreachable' as const)
  const { healthy: working, jobs } = jobsHealth()
  const healthy = database === 'ok' && working
  return Response.json(
    {
      status: healthy ? 'ok' : 'degraded',
      database,
      // Anybody may ask: that a job fails is told, what the database said about it stays in the log.
      jobs: jobs.map(({ name, healthy: ok, lastSuccessAt }) => ({ name, healthy: ok, lastSuccessAt })),
    },
    { status: healthy ? 200 : 503 },
  )
}
