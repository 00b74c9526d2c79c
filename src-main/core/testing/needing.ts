import { describe, it } from 'vitest';
import { servers } from './servers.ts';

/** What some tests need beyond the embedded engine and a schedule in memory. */
const needs = {
  postgres: { what: 'PostgreSQL with PostGIS in TEST_DATABASE_URL', isThere: servers.databaseUrl() !== null },
  redis: { what: 'Redis in TEST_REDIS_URL or installed', isThere: servers.hasRedis() },
  postgresPrograms: { what: 'PostgreSQL installed', isThere: servers.postgresPrograms() !== null },
  pgbouncer: { what: 'PgBouncer installed', isThere: servers.bouncerProgram() !== null },
  redisProgram: { what: 'Redis installed', isThere: servers.redisProgram() !== null },
};

/**
 * `describe` and `it` for what only real servers can show. Where one is missing the tests are skipped, so that they are
 * counted, under a name that says what is missing.
 */
export function needing(...wanted: (keyof typeof needs)[]) {
  const missing = wanted.map((name) => needs[name]).filter(({ isThere }) => !isThere);
  const named = (name: string) =>
    missing.length === 0 ? name : `${name} (needs ${missing.map(({ what }) => what).join(', ')})`;
  const isSkipped = missing.length > 0;
  return {
    /** For what else the same file shows where they are missing. */
    isSkipped,
    describe: (name: string, define: () => void) => describe.skipIf(isSkipped)(named(name), define),
    it: (name: string, test: () => Promise<void>, timeoutMs?: number) =>
      it.skipIf(isSkipped)(named(name), test, timeoutMs),
  };
}
