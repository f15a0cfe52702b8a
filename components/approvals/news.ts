import type { DecidedCall, InboxView, WaitingCall } from './approval-view'

export interface News {
  /** Waiting now and not before. */
  arrived: WaitingCall[]
  /** Waiting before and no more, with what became of each, as far as this person may know. */
  gone: { call: WaitingCall; decided: DecidedCall | null }[]
}

/** What happened between two readings of an inbox. */
export function newsOf(before: InboxView, after: InboxView): News {
  const was = new Map(before.waiting.map((call) => [call.id, call]))
  const is = new Set(after.waiting.map(({ id }) => id))
  const decided = new Map(after.decided.map((call) => [call.id, call]))
  return {
    arrived: after.waiting.filter(({ id }) => !was.has(id)),
    gone: before.waiting
      .filter(({ id }) => !is.has(id))
      .map((call) => ({ call, decided: decided.get(call.id) ?? null })),
  }
}

export const wants = ({ caller, tool, connection }: WaitingCall): string =>
  `${caller.displayName} wants ${tool} on ${connection}`

/** For whoever listens instead of looking; one sentence for each thing that happened. */
export function newsInWords({ arrived, gone }: News): string {
  return [
    ...arrived.map((call) => `New held call: ${wants(call)}.`),
    ...gone.map(
      ({ call, decided }) => `${call.caller.displayName}, ${call.tool}: ${decided?.words ?? 'no longer waiting'}.`,
    ),
  ].join(' ')
}

/** How many wait for this very person: the number on the rail, in the title and on the icon. */
export const countYours = (waiting: readonly WaitingCall[]): number => waiting.filter(({ yours }) => yours).length

/** Nobody's client has waited for it for a while: approving it would only help somebody who asks again. */
export function staleCalls(waiting: readonly WaitingCall[], now: number): WaitingCall[] {
  return waiting.filter(
    ({ yours, clientWaits, createdAt }) =>
      yours && !clientWaits && now - new Date(createdAt).getTime() > STALE_AFTER_MS,
  )
}
const STALE_AFTER_MS = 120_000
