import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readOrMake } from '@/demo/kept-file'

export interface ProviderKeys {
  jwks: { keys: Record<string, unknown>[] }
  cookieKeys: string[]
}

function makeKeys(): ProviderKeys {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = randomBytes(8).toString('hex')
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] },
    cookieKeys: [randomBytes(32).toString('base64url')],
  }
}

/** Made once per data folder, so that tokens and the app's cached key set outlive a restart. */
export const providerKeys = (dataDir: string): ProviderKeys =>
  JSON.parse(readOrMake(dataDir, 'oidc-keys.json', () => JSON.stringify(makeKeys())))
