import type { MaskType } from '@/lib/domain'
import type { Detector } from './detector'
import { creditCard } from './detectors/credit-card'
import { email } from './detectors/email'
import { iban } from './detectors/iban'
import { phone } from './detectors/phone'
import { ssn } from './detectors/ssn'

/** Every detector, the surest first: where two claim the same characters, the earlier one has them. */
const DETECTORS: readonly Detector[] = [email, iban, creditCard, ssn, phone]

export const detectorsFor = (types: readonly MaskType[]): Detector[] =>
  DETECTORS.filter((detector) => types.includes(detector.type))
