/** The part of oidc-provider that the demo uses: the package ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Context {
    req: IncomingMessage
    res: ServerResponse
    method: string
    path: string
    status: number
    type: string
    body: unknown
    set(header: string, value: string): void
    redirect(url: string): void
    oidc: {
      client: { clientId: string }
      session: { accountId: string }
      prompts: Set<string>
      result?: { login?: { accountId: string } }
      params: { resource?: string | string[] }
      provider: Provider
    }
  }

  interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    Grant: new (subject: {
      clientId: string
      accountId: string
    }) => Grant
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): void
    on(event: 'server_error', listener: (ctx: Context, error: Error) => void): void
    callback(): (req: IncomingMessage, res: ServerResponse) => void
    interactionDetails(
      req: IncomingMessage,
      res: ServerResponse,
    ): Promise<{ uid: string; params: Record<string, string | undefined> }>
    /** Resolves to where the browser goes on. */
    interactionResult(
      req: IncomingMessage,
      res: ServerResponse,
      result: { login: { accountId: string; remember: boolean }; consent?: object },
      options: { mergeWithLastSubmission: boolean },
    ): Promise<string>
  }

  export const interactionPolicy: {
    base(): { get(name: string): { checks: { add(check: unknown): void } } }
    Check: {
      new (reason: string, description: string, check: (ctx: Context) => boolean): unknown
      REQUEST_PROMPT: boolean
      NO_NEED_TO_PROMPT: boolean
    }
  }

  export const errors: { SessionNotFound: new (message: string) => Error }
}
