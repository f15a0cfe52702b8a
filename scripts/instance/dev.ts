import { runInstance } from './run'

export const main = () => runInstance({ dev: true })
