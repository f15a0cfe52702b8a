import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Preloaded into what is measured: SIGUSR2 collects its garbage, so that resident memory is what it holds and not what it
// has not yet given back.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
process.on('SIGUSR2', () => {
  for (let i = 0; i < 3; i++) collect()
})
