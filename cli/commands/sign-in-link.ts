import type { Command } from '@/cli/command'
import { createSignInLink } from '@/lib/identities/commands'

export const signInLink: Command = {
  name: 'sign-in-link',
  usage: 'EMAIL',
  summary: 'Makes a link that signs a person in: one use, five minutes; the first one makes the first administrator',
  arguments: ['EMAIL'],
  async run(context) {
    const link = await createSignInLink(await context.actor(), { email: context.argument('EMAIL') })
    context.show({ url: link.url, expiresAt: link.expiresAt }, link.url)
    return 0
  },
}
