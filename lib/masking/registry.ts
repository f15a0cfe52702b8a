import type { MaskType } from '@/lib/domain'
import type { Detector } from './detector'
import { address } from './detectors/address'
import { apiKey } from './detectors/api-key'
import { connectionString } from './detectors/connection-string'
import { creditCard } from './detectors/credit-card'
import { dateOfBirth } from './detectors/date-of-birth'
import { email } from './detectors/email'
import { iban } from './detectors/iban'
import { ipAddress } from './detectors/ip-address'
import { jwt } from './detectors/jwt'
import { macAddress } from './detectors/mac-address'
import { passport } from './detectors/passport'
import { personName } from './detectors/person-name'
import { phone } from './detectors/phone'
import { privateKey } from './detectors/private-key'
import { secret } from './detectors/secret'
import { ssn } from './detectors/ssn'
import { taxId } from './detectors/tax-id'

/** Every detector, the surest first: where two claim the same characters, the earlier one has them. */
export const DETECTORS: readonly Detector[] = [
  privateKey,
  jwt,
  connectionString,
  apiKey,
  email,
  iban,
  creditCard,
  ssn,
  ipAddress,
  macAddress,
  dateOfBirth,
  taxId,
  passport,
  phone,
  secret,
  address,
  personName,
]

/** By the very list: most callers pass the same one for every message. */
const known = new WeakMap<readonly MaskType[], readonly Detector[]>()

export function detectorsFor(types: readonly MaskType[]): readonly Detector[] {
  let detectors = known.get(types)
  if (detectors === undefined) {
    const wanted = new Set(types)
    detectors = DETECTORS.filter(({ type }) => wanted.has(type))
    known.set(types, detectors)
  }
  return detectors
}
