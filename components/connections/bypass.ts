/** How a connection could be reached around the gateway. */
export type Bypass = 'ignores-credential' | 'asks-for-none'

interface Checked {
  transport: string
  health: 'ok' | 'unreachable' | 'unchecked'
  credentialHeader: string | null
  answersWithoutCredential: boolean | null
}

/** From the last check that the server answered; null when it turned the uncredentialed away. */
export function bypassOf({ transport, health, credentialHeader, answersWithoutCredential }: Checked): Bypass | null {
  // A process listens to nobody but the gateway that runs it.
  if (transport === 'stdio') return null
  if (answersWithoutCredential === true) return 'ignores-credential'
  return credentialHeader === null && health === 'ok' ? 'asks-for-none' : null
}

export const BYPASS_TITLE: Record<Bypass, string> = {
  'ignores-credential': 'Answers without its credential: it can be bypassed',
  'asks-for-none': 'Asks for no credential: it can be bypassed',
}

export const BYPASS_ADVICE: Record<Bypass, string> = {
  'ignores-credential':
    'Whoever reaches its address can call it without the gateway, unseen and unmasked. Make the server check the credential, or let only the gateway reach its network.',
  'asks-for-none':
    'Whoever reaches its address can call it without the gateway, unseen and unmasked. Give the server a credential to check, or let only the gateway reach its network.',
}
