import type { FieldProblem } from '@/lib/errors'

/** What a server action answers: the value, or what to tell the person who asked. */
export type ActionResult<Value = null> =
  | {
      ok: true
      value: Value
      /** Live gateways that have not applied the change yet. They will, or they stop forwarding. */
      lagging: string[]
    }
  | { ok: false; message: string; problems: FieldProblem[] }

export type Action<Input, Value = null> = (input: Input) => Promise<ActionResult<Value>>
