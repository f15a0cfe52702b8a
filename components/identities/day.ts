const DAY_MS = 86_400_000

/** `2026-12-31`, as date fields hold it; commands read it as the end of that day in UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

export const dayAfter = (from: Date, days: number): string => dayOf(new Date(from.getTime() + days * DAY_MS))
