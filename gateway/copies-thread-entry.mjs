// On a thread the loader of TypeScript has to be asked for: the one of the command line is the main thread's alone.
import { register } from 'tsx/esm/api'

register()
await import('./copies-thread.ts')
