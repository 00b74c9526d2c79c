import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, makeCertificate } from '../../testing/certificates.ts';
import { needing } from '../../testing/needing.ts';
import { type OwnPostgres, ownPostgres } from '../../testing/own-postgres.ts';
import { connectionConfig } from './connection.ts';
import { toAppError } from './sqlstate.ts';
import { tlsOf } from './tls-settings.ts';
import { withClient } from './with-client.ts';

describe('TLS in DATABASE_URL', () => {
  it('is off unless it is asked for', () => {
    expect(tlsOf('postgres://a:b@c:1/d')).toEqual({ url: 'postgres://a:b@c:1/d', ssl: null });
    expect(tlsOf('postgres://c/d?sslmode=disable&application_name=x')).toEqual({
      url: 'postgres://c/d?application_name=x',
      ssl: false,
    });
  });
  it.each([
    ['sslmode=on', 'The sslmode of DATABASE_URL is on'],
    ['sslmode=verify-ca', 'needs sslrootcert'],
    ['sslmode=verify-ca&sslrootcert=system', 'needs sslrootcert'],
    ['sslrootcert=/nowhere/root.pem', '/nowhere/root.pem of sslrootcert in DATABASE_URL can’t be read'],
    ['sslmode=require&sslkey=/nowhere/key.pem', '/nowhere/key.pem of sslkey'],
  ])('is refused by name: %s', (query, said) => {
    expect(() => tlsOf(`postgres://c/d?${query}`)).toThrow(said);
  });
});

needing('postgresPrograms').describe('a PostgreSQL that speaks TLS', () => {
  let folder: string;
  let own: Certificate;
  let stranger: Certificate;
  let server: OwnPostgres;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-settings-'));
    own = makeCertificate(folder, 'db', 'DNS:db.test');
    stranger = makeCertificate(folder, 'stranger', 'IP:127.0.0.1');
    server = await ownPostgres({ certificate: own });
    await server.start();
  });
  afterAll(async () => {
    await server?.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const encrypted = (query: string) =>
    withClient(connectionConfig({ engine: 'postgresql', url: `${server.url}?${query}` }), async (client) => {
      const { rows } = await client.query<{ ssl: boolean }>('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
      return rows[0]!.ssl;
    });

  it.each([
    ['', false],
    ['sslmode=disable', false],
    ['sslmode=prefer', true],
    ['sslmode=require', true],
  ])('is spoken to as asked, with nothing verified: %s', async (query, ssl) => {
    expect(await encrypted(query)).toBe(ssl);
  });

  it('is verified by who signed its certificate, or by its name too', async () => {
    const root = `sslrootcert=${own.cert}`;
    expect(await encrypted(`sslmode=verify-ca&${root}`)).toBe(true);
    // As libpq has it: a root certificate is there to be used.
    expect(await encrypted(`sslmode=require&${root}`)).toBe(true);
    for (const refused of [
      `sslmode=verify-full&${root}`,
      'sslmode=verify-full',
      `sslmode=verify-ca&sslrootcert=${stranger.cert}`,
      `sslmode=require&sslrootcert=${stranger.cert}`,
      `sslmode=verify-full&sslrootcert=${stranger.cert}`,
    ]) {
      const failure = await encrypted(refused).then(
        () => null,
        (error: unknown) => toAppError(error),
      );
      expect([refused, failure]).toEqual([
        refused,
        expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('certificate') }),
      ]);
    }
  });

  it('is verified to the end where its name is the one that was asked for', async () => {
    const certificate = makeCertificate(folder, 'local', 'IP:127.0.0.1');
    const named = await ownPostgres({ certificate });
    try {
      await named.start();
      const url = `${named.url}?sslmode=verify-full&sslrootcert=${certificate.cert}`;
      await withClient(connectionConfig({ engine: 'postgresql', url }), () => Promise.resolve());
    } finally {
      await named.remove();
    }
  });
});
