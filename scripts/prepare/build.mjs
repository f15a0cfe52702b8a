import fs from 'node:fs'
import { hashInputs } from './inputs-hash.mjs'
import { step } from './progress.mjs'
import { inRoot, ROOT } from './root.mjs'
import { runQuietly } from './run-quietly.mjs'
import { clearStamp, isFresh, writeStamp } from './stamps.mjs'

const PRISMA_INPUTS = ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json']
const WEB_INPUTS = [
  'app',
  'components',
  'lib',
  'public',
  'prisma/schema.prisma',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
]

export const NEXT_BIN = 'node_modules/next/dist/bin/next'

const node = (args, env, failure) => runQuietly(process.execPath, args, { cwd: ROOT, env, failure })

async function makeWhenStale({ stamp, inputs, output, label, make }) {
  const digest = hashInputs(ROOT, inputs)
  if (isFresh(stamp, digest) && fs.existsSync(inRoot(output))) return
  // Cleared first: a half-made output must not look like a finished one after a kill.
  clearStamp(stamp)
  await step(label, make)
  writeStamp(stamp, digest)
}

/** Prisma's CLI asks for its native engine even where it does not use it, and would download it: any file satisfies it. */
export const PRISMA_OFFLINE = {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  CHECKPOINT_DISABLE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
}

export const generateDatabaseClient = () =>
  makeWhenStale({
    stamp: 'prisma',
    inputs: PRISMA_INPUTS,
    output: 'generated/prisma',
    label: 'Generating the database client',
    make: () => node(['node_modules/prisma/build/index.js', 'generate'], PRISMA_OFFLINE, 'prisma generate failed'),
  })

/** The types of routes and of imported images and styles, which the type check needs before any build. */
export const generateRouteTypes = () =>
  makeWhenStale({
    stamp: 'route-types',
    inputs: ['next.config.ts', 'package-lock.json', 'app'],
    output: 'next-env.d.ts',
    label: 'Generating route types',
    make: () => node([NEXT_BIN, 'typegen'], { NEXT_TELEMETRY_DISABLED: '1' }, 'next typegen failed'),
  })

export const buildWeb = () =>
  makeWhenStale({
    stamp: 'web',
    inputs: WEB_INPUTS,
    output: '.next/BUILD_ID',
    label: 'Building the web app',
    make: () =>
      node(
        [NEXT_BIN, 'build'],
        { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', FORCE_COLOR: '0' },
        'next build failed',
      ),
  })
