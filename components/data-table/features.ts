import { columnVisibilityFeature, rowSelectionFeature, tableFeatures } from '@tanstack/react-table'

/** Filtering, sorting and paging happen in the database; the browser only hides columns and selects rows. */
export const TABLE_FEATURES = tableFeatures({ columnVisibilityFeature, rowSelectionFeature })

export type TableFeatureSet = typeof TABLE_FEATURES
