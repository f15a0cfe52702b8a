import type { CommandContext } from '@/cli/command'

/** The change is made; these gateways will have it within their lease, or stop forwarding. */
export function warnLagging(context: CommandContext, lagging: readonly string[]): void {
  if (lagging.length > 0) context.warn(`not yet confirmed by gateway ${lagging.join(', ')}`)
}
