import type { NextConfig } from 'next'

/** What every response carries. Pages get their Content-Security-Policy, with a nonce, from proxy.ts. */
const SECURITY_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
]

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // In development Next prints the arguments of every server action: a credential from a form would rest in the log.
  logging: { serverFunctions: false },
  // `npm run check` types the whole tree, tests included; a start does not wait for that a second time.
  typescript: { ignoreBuildErrors: true },
  // Its own corner: the sidebar's button sits at the bottom left.
  devIndicators: { position: 'bottom-right' },
  // A lockfile in a folder above must not move the root, and with it what is traced and watched.
  turbopack: { root: import.meta.dirname },
  // They load native or WASM parts and dynamic requires that a bundler breaks.
  serverExternalPackages: [
    '@prisma/client',
    '@prisma/adapter-pg',
    'pg',
    '@node-saml/node-saml',
    '@xmldom/xmldom',
    'libpg-query',
  ],
  async headers() {
    return [
      { source: '/:path*', headers: SECURITY_HEADERS },
      // An API answer is data: even when opened as a document it may load, run and embed nothing.
      {
        source: '/api/:path*',
        headers: [{ key: 'Content-Security-Policy', value: "default-src 'none'; frame-ancestors 'none'" }],
      },
    ]
  },
}

export default config
