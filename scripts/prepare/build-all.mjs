import { buildWeb, generateDatabaseClient } from './build.mjs'
import { whileAlone } from './while-alone.mjs'

/** `npm run build`: what `npm start` makes before it starts anything, for those who start the parts themselves. */
export const main = () =>
  whileAlone(async () => {
    await generateDatabaseClient()
    await buildWeb()
  })
