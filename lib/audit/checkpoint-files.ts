import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Env } from '@/lib/env'
import { type Checkpoint, checkpointFromFile, checkpointToFile } from './checkpoint'

/** What is kept outside the database, where its owner cannot rewrite it: the signing key and copies of checkpoints. */

type Place = Pick<Env, 'dataDir' | 'CHECKPOINT_DIR'>

export const checkpointDir = (place: Place): string => place.CHECKPOINT_DIR ?? path.join(place.dataDir, 'checkpoints')

const keyFile = (place: Place): string => path.join(place.dataDir, 'keys', 'checkpoint.pem')

export interface CheckpointKeys {
  privateKey: KeyObject
  publicKey: KeyObject
}

/** Made by its first use; readable by its owner alone. */
export async function checkpointKeys(place: Place): Promise<CheckpointKeys> {
  const existing = await readKeys(place)
  if (existing !== null) return existing
  await mkdir(path.dirname(keyFile(place)), { recursive: true, mode: 0o700 })
  const { privateKey } = generateKeyPairSync('ed25519')
  try {
    await writeFile(keyFile(place), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // Another process was faster: its key counts.
    if (!isCode(error, 'EEXIST')) throw error
  }
  return (await readKeys(place))!
}

export async function readKeys(place: Place): Promise<CheckpointKeys | null> {
  const pem = await readFile(keyFile(place), 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null
    throw error
  })
  if (pem === null) return null
  const privateKey = createPrivateKey(pem)
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

/**
 * The name carries the root, so a rewritten history never replaces an earlier copy: both stay and the verifier shows it.
 */
export async function writeCheckpoint(place: Place, checkpoint: Checkpoint): Promise<void> {
  const dir = checkpointDir(place)
  await mkdir(dir, { recursive: true })
  const root = Buffer.from(checkpoint.root).toString('hex')
  const name = path.join(dir, `${checkpoint.seq.toString().padStart(12, '0')}-${root.slice(0, 12)}.json`)
  const text = checkpointToFile(checkpoint)
  const present = await readFile(name, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null
    throw error
  })
  if (present === text) return
  // Written beside and renamed: a crash must not leave half a checkpoint that looks like tampering.
  const draft = `${name}.${process.pid}.part`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, name)
  await chmod(name, 0o444)
}

export interface OutsideCopy {
  file: string
  /** Null when the file is not a checkpoint any more. */
  checkpoint: Checkpoint | null
}

/** One at a time, oldest first. */
export async function* outsideCopies(place: Place): AsyncGenerator<OutsideCopy> {
  const dir = checkpointDir(place)
  const names = await readdir(/*turbopackIgnore: true*/ dir).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return []
    throw error
  })
  for (const name of names.filter((candidate) => /^\d{12,}-[0-9a-f]{12}\.json$/.test(candidate)).sort()) {
    const file = path.join(dir, name)
    yield { file, checkpoint: parse(await readFile(file, 'utf8')) }
  }
}

function parse(text: string): Checkpoint | null {
  try {
    return checkpointFromFile(text)
  } catch {
    return null
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === code
