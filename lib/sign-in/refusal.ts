import { DomainError } from '@/lib/errors'

/** Why a sign-in was refused: for the audit log, where an administrator looks it up. The person reads one sentence. */
export const SIGN_IN_REFUSALS = [
  // What cannot be read in one way only, or not at all.
  'malformed',
  'encrypted',
  // Who may have said it.
  'bad_signature',
  'weak_signature',
  'wrong_issuer',
  // To whom, and to what question.
  'wrong_destination',
  'wrong_recipient',
  'wrong_audience',
  'unknown_request',
  'other_browser',
  'replayed',
  // When.
  'not_yet_valid',
  'expired',
  // What it says.
  'not_successful',
  'no_subject',
  'not_a_bearer',
  // OpenID Connect: the library's own verdict, and what the provider itself said.
  'unverified_answer',
  'provider_unreachable',
  'provider_refused',
  // The person may not sign in here: not of those whom the provider is asked for, or disabled, or somebody else's name.
  'not_admitted',
  'not_allowed',
] as const
export type SignInRefusalReason = (typeof SIGN_IN_REFUSALS)[number]

const DEFAULT_MESSAGE = 'The identity provider’s answer could not be accepted.'

/** `detail` is for the operator's log and the audit event: it quotes nothing that the answer said. */
export class SignInRefused extends DomainError {
  readonly code = 'sign_in_refused'
  readonly status = 403
  constructor(
    readonly reason: SignInRefusalReason,
    readonly detail: string,
    message = DEFAULT_MESSAGE,
  ) {
    super(message)
  }
}
