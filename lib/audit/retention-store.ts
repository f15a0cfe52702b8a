import type { Db } from '@/lib/db'

/** How long recordings and audit events of each class are kept. */
export const listRetention = ({ client }: Db): Promise<{ name: string; days: number }[]> =>
  client.retentionClass.findMany({ orderBy: { name: 'asc' } })
