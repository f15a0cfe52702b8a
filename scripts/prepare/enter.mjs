import { installPackages } from './packages.mjs'
import { exitWith } from './plain-error.mjs'
import { inRoot, ROOT } from './root.mjs'
import { whileAlone } from './while-alone.mjs'

/** From here on TypeScript can be imported: packages are there, and tsx is registered in this very process. */
export async function enter(script) {
  try {
    process.chdir(ROOT)
    await whileAlone(() => installPackages())
    const tsx = await import('tsx/esm/api')
    tsx.register({ tsconfig: inRoot('tsconfig.json') })
    await (await import(script)).main(process.argv.slice(2))
  } catch (error) {
    exitWith(error)
  }
}
