import type { MaskType } from '@/lib/domain'
import { type Fields, unionOfFields } from './fields'

/** What one side of a message may not see: values of these types wherever they stand, and whatever stands in these fields. */
export interface MaskPlan {
  types: ReadonlySet<MaskType>
  fields: Fields | null
  /** What the record does not hold either: these fields and those that are hidden from the other side. */
  recordedWithout: Fields | null
}

export const NO_MASKS: MaskPlan = { types: new Set(), fields: null, recordedWithout: null }

/** What several of them hide together. */
export const unionOfPlans = (plans: readonly MaskPlan[]): MaskPlan => ({
  types: new Set(plans.flatMap(({ types }) => [...types])),
  fields: unionOfFields(plans.map(({ fields }) => fields)),
  recordedWithout: unionOfFields(plans.map(({ recordedWithout }) => recordedWithout)),
})
