#!/usr/bin/env node
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

// The directory is left alone, unlike in `npm start`: file names are relative to where the person stands.
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

if (!existsSync(path.join(root, 'node_modules', 'tsx')) || !existsSync(path.join(root, 'generated', 'prisma'))) {
  process.stderr.write('countersign: not installed yet. Run `npm start` in the checkout once.\n')
  process.exit(1)
}
const { register } = await import('tsx/esm/api')
register({ tsconfig: path.join(root, 'tsconfig.json') })
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
