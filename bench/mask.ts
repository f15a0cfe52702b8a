import { measureMaskQuality } from './mask-quality'
import { measureMaskSpeed } from './mask-speed'

/** How fast the masker is on JSON with nothing, something and everything to find, and how well it finds. */
export async function benchMask(): Promise<void> {
  measureMaskSpeed()
  measureMaskQuality()
}
