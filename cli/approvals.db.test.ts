import { execFile } from 'node:child_process'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ApprovalWorld, auditOf, enterApprovalWorld, hold, requires, statusOf } from '@/e2e/support/approval-world'

// Each line is a process of its own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 120_000 })

let world: ApprovalWorld
beforeEach(async () => {
  world = await enterApprovalWorld()
})
afterEach(() => world.leave())

function countersign(...argv: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: world.database.url }
    execFile(process.execPath, [path.resolve('cli/countersign.mjs'), ...argv], { env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

describe('countersign approvals', () => {
  it('lists and shows what waits, and lets a person decide, who is in the trail as who they are', async () => {
    const { id } = await hold(world, { requirements: [requires({ standing: true })] })
    const other = await hold(world)
    const listed = JSON.parse(
      (await countersign('approvals', 'list', '--mine', '--as', 'ann@acme.test', '--json')).stdout,
    )
    expect(listed).toMatchObject([
      { id, status: 'pending', identity: 'bot', connection: 'crm', tool: 'refund', owner: 'olga@acme.test' },
      { id: other.id },
    ])
    const shown = await countersign('approvals', 'show', id)
    expect(shown.stdout).toContain('bot (of olga@acme.test) asks for refund on crm (destructive)')
    expect(shown.stdout).toContain('refunds need sign-off: 0 of 1 approved')

    const approved = await countersign('approvals', 'approve', id, '--as', 'ann@acme.test', '--standing', '5', '--json')
    expect(JSON.parse(approved.stdout)).toMatchObject({ status: 'approved', standing: { minutes: 5 } })
    expect(await statusOf(id)).toBe('approved')
    expect((await auditOf(id)).at(-1)!.actor).toMatch(/^cli:.+ as ann@acme\.test$/)
    expect((await countersign('approvals', 'deny', other.id, '--as', 'ben@acme.test', '--reason', 'no')).status).toBe(0)
    expect(await statusOf(other.id)).toBe('denied')
    expect(JSON.parse((await countersign('approvals', 'standing', '--json')).stdout)).toMatchObject([
      { tool: 'refund' },
    ])
  })

  it('refuses the operator without a person, the owner of the caller and a stranger', async () => {
    const { id } = await hold(world)
    const [nobody, owner, stranger] = await Promise.all([
      countersign('approvals', 'approve', id),
      countersign('approvals', 'approve', id, '--as', 'olga@acme.test'),
      countersign('approvals', 'approve', id, '--as', 'max@acme.test'),
    ])
    expect(nobody).toMatchObject({ status: 1, stderr: expect.stringContaining('--as') })
    expect(owner).toMatchObject({ status: 1, stderr: expect.stringContaining('An owner counts as what they own') })
    expect(stranger).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no such approval') })
    expect(await statusOf(id)).toBe('pending')
  })

  it('delegates a seat, and takes it back', async () => {
    const { id } = await hold(world)
    const to = ['--to', 'max@acme.test', '--until', '7d', '--reason', 'leave']
    const made = await countersign('approvals', 'delegate', ...to, '--as', 'ann@acme.test', '--json')
    expect((await countersign('approvals', 'delegations', 'end', JSON.parse(made.stdout).id)).status).toBe(0)
    expect((await countersign('approvals', 'approve', id, '--as', 'max@acme.test')).status).toBe(1)
    expect((await countersign('approvals', 'approve', id, '--standing', 'long')).status).toBe(2)
  })
})
