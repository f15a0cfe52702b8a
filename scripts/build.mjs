import { requireNode } from './prepare/node-version.mjs'

requireNode()
import('./prepare/enter.mjs').then((m) => m.enter('../prepare/build-all.mjs'))
