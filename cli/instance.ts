import { readEnv } from '@/lib/env'
import { embeddedUrl } from '@/scripts/database/embedded'
import { requireReachable } from '@/scripts/instance/database'
import { secretsOf } from '@/scripts/instance/keys'
import { readPorts } from '@/scripts/instance/ports'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'

/**
 * Finds the database and the secret of the instance this machine runs: what the environment names, else the embedded
 * one of COUNTERSIGN_DATA. Set in the environment before anything reads it, so that lib finds what a server process would.
 */
export async function useInstance(): Promise<void> {
  const settings = readEnv()
  const { dataDir, DATABASE_URL } = settings
  if (!DATABASE_URL && !readPorts(dataDir).database) {
    throw new PlainError(`no Countersign was ever started on ${dataDir}. Run npm start, or set COUNTERSIGN_DATA.`)
  }
  const url = DATABASE_URL ?? embeddedUrl(dataDir)
  await requireReachable(url, DATABASE_URL ? 'DATABASE_URL' : `${dataDir} (is npm start running?)`)
  process.env.DATABASE_URL = url
  const { current, previous } = secretsOf(settings)
  if (current !== undefined) process.env.COUNTERSIGN_SECRET = current
  if (previous !== undefined) process.env.COUNTERSIGN_SECRET_PREVIOUS = previous
}
