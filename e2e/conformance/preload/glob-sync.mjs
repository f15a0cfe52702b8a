import fs from 'node:fs'
import { register } from 'node:module'

// The suites import `globSync`, which only one of their other commands uses and which Node has from 22 on.
if (!('globSync' in fs)) register('./glob-sync-hooks.mjs', import.meta.url)
