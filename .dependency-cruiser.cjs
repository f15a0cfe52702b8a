// Who may import what: the table in docs/architecture.md as rules. `npm run check` fails in seconds on a wrong import.

// The nouns of lib/, in order: a noun imports only nouns to its left.
const NOUNS =
  'mcp conditions rule-packs masking audit identities connections sign-in policies approvals sessions trials campaigns apply'.split(
    ' ',
  )

const NOUN = `^lib/(${NOUNS.join('|')})/`
const TEST = '\\.test\\.tsx?$'
const STORE = '[/-]store\\.ts$'
const COMMANDS = '[/-]commands?\\.ts$'
const DATABASE = '^lib/db\\.ts$'
const PRISMA = '(^generated/prisma/|^node_modules/(@prisma|\\.prisma)/)'
const NEXT = '^node_modules/(next|next-auth)/'
const REACT = '^node_modules/(react|react-dom)/'
// Computing is not I/O: everything else of Node's own reaches the disk, the network, a process or the clock.
const PURE_NODE = '^(node:)?(crypto|url|util|buffer|assert|path)$'

/** @param {string} name @param {string} reason @param {object} from @param {object} to */
const forbid = (name, reason, from, to) => ({ name, comment: reason, severity: 'error', from, to })

const leftNeverImportsRight = NOUNS.slice(0, -1).map((noun, index) =>
  forbid(
    `lib-order-${noun}`,
    `lib/${noun} stands to the left of these nouns: what it shares with them belongs to it, or to lib/domain.`,
    { path: `^lib/${noun}/`, pathNot: TEST },
    { path: `^lib/(${NOUNS.slice(index + 1).join('|')})/` },
  ),
)

// I/O that belongs to a noun and is no database: each with its reason.
const OTHER_EDGES = [
  '^lib/audit/checkpoint-files\\.ts$', // writes checkpoints outside of the database, so that its owner cannot rewrite them
]

const PURE_FILES = { path: NOUN, pathNot: [STORE, COMMANDS, TEST, ...OTHER_EDGES] }

module.exports = {
  forbidden: [
    forbid('no-cycles', 'Two files that need each other are one idea, or hide a third.', {}, { circular: true }),
    forbid('resolvable', 'The imported file does not exist.', {}, { couldNotResolve: true }),

    forbid(
      'vocabulary-stands-alone',
      'The shared words depend on nothing, so that everything can depend on them.',
      { path: '^lib/(domain|errors|words)\\.ts$' },
      { pathNot: ['^node_modules/zod/', '^lib/(domain|errors|words)\\.ts$'] },
    ),
    ...leftNeverImportsRight,
    forbid('pure-files-no-database', 'Pure files take values: read in store.ts, decide here.', PURE_FILES, {
      path: [DATABASE, PRISMA, '^node_modules/pg/', STORE, COMMANDS, '^lib/(auth|env|jobs|policy-version)\\.ts$'],
    }),
    forbid('pure-files-no-framework', 'A decision does not know who serves it.', PURE_FILES, { path: [NEXT, REACT] }),
    forbid('pure-files-no-io', 'Pure files touch no disk, network, process or clock.', PURE_FILES, {
      dependencyTypes: ['core'],
      pathNot: PURE_NODE,
    }),
    forbid(
      'stores-know-no-commands',
      'A store reads and saves; it decides nothing.',
      { path: STORE },
      {
        path: [COMMANDS, NEXT],
      },
    ),
    forbid(
      'commands-know-no-framework',
      'CLI, web and demo call the same commands.',
      { path: COMMANDS },
      {
        path: [NEXT, REACT],
      },
    ),
    forbid(
      'lib-knows-no-edge',
      'The domain does not know its edges.',
      { path: '^lib/', pathNot: TEST },
      {
        path: '^(app|components|gateway|cli|demo|e2e|bench|scripts)/',
      },
    ),

    forbid(
      'gateway-alone',
      'The data path carries nothing of the web app.',
      { path: '^gateway/' },
      {
        path: ['^(app|components|cli|demo)/', '^lib/auth\\.ts$', NEXT, REACT],
      },
    ),
    forbid(
      'components-show',
      'Components get values; pages and actions read and act.',
      { path: '^components/', pathNot: TEST },
      { path: ['^(app|gateway|cli|demo)/', STORE, COMMANDS, DATABASE, PRISMA, '^node_modules/pg/', '^lib/env\\.ts$'] },
    ),
    forbid(
      'app-no-gateway',
      'Web and gateway meet only in the database.',
      { path: '^app/' },
      {
        path: '^(gateway|cli|demo)/',
      },
    ),
    forbid(
      'cli-over-lib',
      'The CLI calls the commands that the web app calls.',
      { path: '^cli/' },
      {
        path: '^(app|gateway|components|demo)/',
      },
    ),

    forbid(
      'prisma-only-in-stores',
      'Rows become domain types in store.ts and nowhere else.',
      { path: '^(app|components|gateway|lib|cli|demo)/', pathNot: [TEST, STORE, DATABASE] },
      { path: PRISMA },
    ),
    forbid(
      'database-only-in-stores-and-commands',
      'The connection is for stores, and for commands to open a transaction. Pages hand it to store reads; the gateway names its own once.',
      {
        path: '^(components|gateway|lib)/',
        pathNot: [TEST, STORE, COMMANDS, DATABASE, '^lib/(auth|jobs|policy-version)\\.ts$', '^gateway/database/'],
      },
      { path: DATABASE },
    ),
    forbid(
      'pg-only-where-prisma-is-too-slow',
      "The recorder's bulk insert, LISTEN, and the snapshot's one transaction.",
      {
        path: '^(app|components|gateway|lib|cli)/',
        pathNot: [TEST, DATABASE, '^gateway/database/', '^lib/live/notices\\.ts$'],
      },
      { path: '^node_modules/(pg|@types/pg)/' },
    ),
    forbid(
      'undici-only-in-forward',
      'One file forwards, so that one place decides what crosses.',
      { path: '^(app|components|gateway|lib|cli)/', pathNot: [TEST, '^gateway/forward\\.ts$'] },
      { path: '^node_modules/undici/' },
    ),
    forbid(
      'no-development-packages',
      'The product runs without what only its development needs.',
      { path: '^(app|components|gateway|lib|cli|demo)/', pathNot: TEST },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)node_modules/|^generated/' },
    // The client drivers run on packages of their own, which are not installed with the product.
    exclude: { path: '^(\\.next|generated/stamps|e2e/clients/drivers)/|\\.(css|svg|png|json)$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.cjs', '.jsx', '.d.ts'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
