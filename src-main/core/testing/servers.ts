import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const redisPrograms = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'];

/** Folder of initdb and postgres, in the newest version that is installed. */
function postgresPrograms(): string | null {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

const bouncerPrograms = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'];

/** CI_SERVICES=absent makes any machine one without servers, to show what the tests do there. */
const unlessAbsent = (found: string | null | undefined): string | null =>
  process.env.CI_SERVICES === 'absent' ? null : found || null;

/** The real servers that this run of the tests may use; null for each that is missing. */
export const servers = {
  /** A PostgreSQL with PostGIS, and a role on it that may create databases. */
  databaseUrl: () => unlessAbsent(process.env.TEST_DATABASE_URL),
  redisUrl: () => unlessAbsent(process.env.TEST_REDIS_URL),
  /** Where the programs are for a server of a test's own, which it may stop and start again. */
  postgresPrograms: () => unlessAbsent(postgresPrograms()),
  bouncerProgram: () => unlessAbsent(bouncerPrograms.find((path) => existsSync(path))),
  redisProgram: () => unlessAbsent(redisPrograms.find((path) => existsSync(path))),
  hasRedis: () => servers.redisUrl() !== null || servers.redisProgram() !== null,
};
