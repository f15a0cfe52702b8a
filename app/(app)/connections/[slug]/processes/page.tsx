import { notFound } from 'next/navigation'
import { allows } from '@/app/(app)/allows'
import { readConnection } from '@/app/(app)/connections/read'
import { ProcessList } from '@/components/connections/process-list'
import { ownsConnection, requireMayConfigure } from '@/lib/connections/authority'
import { listProcesses } from '@/lib/connections/process-store'
import { db } from '@/lib/db'

interface Props {
  params: Promise<{ slug: string }>
}

export default async function ConnectionProcessesPage({ params }: Props) {
  const { actor, connection } = await readConnection((await params).slug)
  const mayLook = allows(() => requireMayConfigure(actor, connection)) || ownsConnection(actor, connection)
  if (connection.transport !== 'stdio' || !mayLook) notFound()
  const processes = await listProcesses(db(), actor, connection)
  return <ProcessList processes={processes.map((process) => ({ ...process, died: diedByItself(process.endReason) }))} />
}

/** The gateway says what it did without a capital letter; what befell a process is a sentence. */
const diedByItself = (reason: string | null): boolean => reason !== null && /^[A-Z]/.test(reason)
