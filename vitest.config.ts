import { defineConfig } from 'vitest/config'

/** Stories of the protocol that hold something to a time, or load the machine so that others could not be. */
const TIMED = [
  'client-bombs',
  'drain',
  'kill',
  'limits',
  'long-calls',
  'many-streams',
  'outage',
  'recording',
  'revocation',
].map((name) => `e2e/protocol/${name}.test.ts`)

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{lib,gateway,components,cli,demo,scripts}/**/*.test.ts'],
          exclude: ['**/*.db.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['**/*.db.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['e2e/support/database.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // These wait for processes and commits more than they compute, and share nothing but the server.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'protocol',
          include: ['e2e/protocol/**/*.test.ts'],
          exclude: TIMED,
          globalSetup: ['e2e/support/database.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // They wait for answers more than they compute.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'timed',
          include: TIMED,
          globalSetup: ['e2e/support/database.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // After the others: beside them they would measure the machine.
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['e2e/conformance/**/*.test.ts'],
          globalSetup: ['e2e/support/database.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['e2e/long/*.test.ts'],
          globalSetup: ['e2e/support/database.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
