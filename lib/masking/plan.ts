import type { MaskType } from '@/lib/domain'
import type { Fields } from './fields'

/** What one side of a message may not see: values of these types wherever they stand, and whatever stands in these fields. */
export interface MaskPlan {
  types: ReadonlySet<MaskType>
  fields: Fields | null
}

export const NO_MASKS: MaskPlan = { types: new Set(), fields: null }
