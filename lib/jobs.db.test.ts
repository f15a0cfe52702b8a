import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { beGateway, enterWorld, recordSession, type World } from '@/e2e/support/review-world'
import { prisma } from './db'
import { JOB_NAMES, jobsHealth, startJobs, stopJobs } from './jobs'

let world: World
let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'countersign-jobs-'))
  vi.stubEnv('COUNTERSIGN_DATA', dataDir)
  vi.stubEnv('LOG_LEVEL', 'silent')
  world = await enterWorld()
})
afterEach(async () => {
  await stopJobs()
  await world.leave()
  vi.unstubAllEnvs()
  await rm(dataDir, { recursive: true, force: true })
})

it('jobs do their work once started, report it, and rest once stopped', async () => {
  const dead = await beGateway('dead', 1n, new Date(Date.now() - 60_000))
  await recordSession('ses_1', { calls: 1, writer: dead })
  await prisma().call.updateMany({ data: { outcome: 'in_flight', endedAt: null } })
  expect(jobsHealth().healthy).toBe(false)

  startJobs()
  startJobs()
  await vi.waitFor(() => expect(jobsHealth().jobs.every((job) => job.lastSuccessAt !== null)).toBe(true), 10_000)
  expect(jobsHealth().healthy).toBe(true)
  expect(jobsHealth().jobs.map(({ name }) => name)).toEqual(JOB_NAMES)
  expect((await prisma().call.findFirstOrThrow()).outcome).toBe('interrupted')
  expect(await prisma().checkpoint.count()).toBe(1)

  await stopJobs()
  expect(jobsHealth()).toEqual({ healthy: false, jobs: [] })
})

it('a job that fails is reported, and does not stop the others or itself', async () => {
  await prisma().$executeRaw`ALTER TABLE "Probe" RENAME TO "Gone"`
  await prisma().$executeRaw`ALTER TABLE "Remediation" RENAME TO "GoneToo"`
  startJobs()
  const remediations = () => jobsHealth().jobs.find((job) => job.name === 'remediations')
  await vi.waitFor(() => expect(remediations()?.lastError).toBeTruthy(), 10_000)
  await prisma().$executeRaw`ALTER TABLE "Gone" RENAME TO "Probe"`
  await prisma().$executeRaw`ALTER TABLE "GoneToo" RENAME TO "Remediation"`
  await vi.waitFor(() => expect(remediations()?.lastError).toBeNull(), 10_000)
  expect(jobsHealth().jobs.find((job) => job.name === 'checkpoints')?.lastError).toBeNull()
})
