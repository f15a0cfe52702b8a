import { describe, expect, it } from 'vitest'
import { Turns } from './turns'

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('turns', () => {
  it('are taken in order, and never by more than there are', async () => {
    const turns = new Turns(2)
    const begun: number[] = []
    const finish: (() => void)[] = []
    const all = [1, 2, 3, 4].map((n) =>
      turns.take(() => {
        begun.push(n)
        return new Promise<void>((resolve) => finish.push(resolve))
      }),
    )
    await settled()
    expect(begun).toEqual([1, 2])
    finish[1]!()
    await settled()
    expect(begun).toEqual([1, 2, 3])
    finish[0]!()
    finish[2]!()
    await settled()
    finish[3]!()
    await Promise.all(all)
    expect(begun).toEqual([1, 2, 3, 4])
  })

  it('are handed on by work that failed', async () => {
    const turns = new Turns(1)
    const failing = turns.take(() => Promise.reject(new Error('no')))
    const next = turns.take(() => Promise.resolve('next'))
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('next')
    expect(await turns.take(() => Promise.resolve('again'))).toBe('again')
  })
})
