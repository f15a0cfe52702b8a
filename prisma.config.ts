import { defineConfig } from 'prisma/config'

// Migrations are applied by scripts/database/migrate.ts; Prisma's CLI only generates the client and authors SQL.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
})
