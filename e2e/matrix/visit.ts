import { CANARY } from '../support/upstreams'

/** What one client got of one server: which tools it lists, a customer, and what came of a call of `delete_customer`. */
export interface Visit {
  tools: string[]
  /** As text, whatever the client makes of it. */
  customer: string
  deletion: string
}

export interface MatrixClient {
  name: string
  /** @throws what the client itself says when it cannot talk to this server. */
  visit(url: string, key: string): Promise<Visit>
}

/** The same customer, with the placeholders of this visit taken back to what they stand for. */
export const unmasked = (customer: string): string =>
  customer.replace(/\[EMAIL_[a-z2-7]{8}\]/g, CANARY.email).replace(/\[CREDIT_CARD_[a-z2-7]{8}\]/g, CANARY.card)

/** What an application could show of an error, or the outcome itself. */
export const shown = (outcome: unknown): string =>
  outcome instanceof Error ? `${outcome.name}: ${outcome.message}` : JSON.stringify(outcome)
