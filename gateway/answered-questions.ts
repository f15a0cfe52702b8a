import type { JsonRpcId } from '@/lib/mcp/message'

const KEPT = 2_000

/** Which of a server's questions were answered just now: of two answers at once the record does not know either yet. */
export class AnsweredQuestions {
  private readonly ids = new Set<string>()

  /** False for an id that is in it already. */
  add(id: JsonRpcId): boolean {
    const key = keyOf(id)
    if (this.ids.has(key)) return false
    if (this.ids.size >= KEPT) this.ids.delete(this.ids.values().next().value!)
    this.ids.add(key)
    return true
  }

  /** The server asks again under this id. */
  forget(id: JsonRpcId): void {
    this.ids.delete(keyOf(id))
  }
}

/** 1 and "1" are two ids. */
const keyOf = (id: JsonRpcId): string => JSON.stringify(id)
