import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import { type OperationId, routes } from '../../../../src-shared/contract/routes.ts';
import { apiScopes, scopesOf } from '../../../../src-shared/contract/scopes.ts';
import { insertRun, insertTrackers } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

describe.each(testEngines())('API tokens on $name', ({ create }) => {
  let app: TestConsole;
  let admin: string;
  let operations: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    admin = await app.signIn('admin');
    operations = await app.signIn('operations');
  });
  afterAll(() => app?.close());
  const wait = (seconds: number) => {
    app.clock.now = new Date(app.clock.now.getTime() + seconds * 1000);
  };
  const make = async (as: string, scopes: string[], expiresInDays = 30) => {
    const { status, body } = await app.send('POST', '/api-tokens', {
      as,
      body: { name: 'ERP', scopes, expiresInDays },
    });
    expect([status, body.detail]).toEqual([201, undefined]);
    return body as { token: string; apiToken: { id: number; prefix: string; owner: { kind: string } } };
  };
  const status = (as: string, path = '/clients') => app.send('GET', path, { as }).then((answer) => answer.status);

  it('shows the secret once and keeps its hash only', async () => {
    const { token, apiToken } = await make(operations, ['read']);
    expect(token).toMatch(/^tlc_[A-Za-z0-9_-]{43}$/);
    expect(token.startsWith(apiToken.prefix)).toBe(true);
    expect(apiToken).toMatchObject({ name: 'ERP', owner: { kind: 'user' }, lastUsedAt: null, revokedAt: null });
    const { body } = await app.send('GET', '/api-tokens', { as: operations });
    expect(body.items[0]).toEqual(apiToken);
    const secret = token.slice(apiToken.prefix.length);
    const { rows } = await app.parts.db.query<{ all: string }>(sql`
      select (select string_agg(t::text, ' ') from api_tokens t) || coalesce((select string_agg(k::text, ' ')
        from idempotency_keys k), '') || (select string_agg(l::text, ' ') from audit_entries l) as all`);
    expect(rows[0]!.all).toContain(apiToken.prefix);
    expect(rows[0]!.all).not.toContain(secret);
  });

  it('opens what its scopes cover, and records what it was refused', async () => {
    const reader = await make(operations, ['read:clients']);
    expect(await status(reader.token)).toBe(200);
    const other = await app.send('GET', '/trackers', { as: reader.token });
    expect([other.status, other.body.detail]).toEqual([403, expect.stringContaining('read or read:trackers')]);
    expect((await app.send('POST', '/clients', { as: reader.token, body: { name: 'No' } })).status).toBe(403);
    const writer = await make(operations, ['write:clients']);
    const made = await app.send('POST', '/clients', { as: writer.token, body: { name: 'By token' } });
    expect(made.status).toBe(201);
    const { body } = await app.send('GET', '/audit-entries?limit=3', { as: admin });
    expect(body.items[0]).toMatchObject({ action: 'client.create', details: { apiTokenId: writer.apiToken.id } });
    expect(body.items[2]).toMatchObject({
      action: 'access.denied',
      details: { operation: 'createClient', reason: 'scope', apiTokenId: reader.apiToken.id },
    });
    expect(
      (
        await app.send('POST', '/api-tokens', {
          as: admin,
          body: { name: 'x', scopes: ['read:nothing'], expiresInDays: 1 },
        })
      ).body.fields[0].path,
    ).toBe('scopes');
  });

  it('never exceeds the role of its user, and opens nothing that gives access', async () => {
    const { token } = await make(operations, ['read', 'write']);
    expect(await status(token, '/users')).toBe(403);
    const ofAdmin = await make(admin, ['read', 'write']);
    for (const [operation, spec] of Object.entries(routes) as unknown as [OperationId, RouteSpec][]) {
      if (!spec.sessionOnly) continue;
      const body = spec.method === 'GET' ? {} : { body: '{' };
      const path = spec.path.replace(/\{\w+\}/g, '999999');
      const answer = await app.send(spec.method, path, { as: ofAdmin.token, ...body });
      expect([operation, answer.status, answer.body.detail]).toEqual([
        operation,
        403,
        'An API token can’t do this. Log in as a person.',
      ]);
    }
  });

  it('needs no Origin of the console, and is judged without the cookie that came along', async () => {
    const { token } = await make(operations, ['read:clients']);
    const headers = { origin: 'https://erp.example', 'sec-fetch-site': 'cross-site' };
    expect((await app.send('GET', '/clients', { as: token, headers })).status).toBe(200);
    const cookie = `console_session_4780=${admin}`;
    expect((await app.send('GET', '/users', { as: token, headers: { cookie } })).status).toBe(403);
    const unknown = `tlc_${'x'.repeat(43)}`;
    expect((await app.send('GET', '/users', { as: unknown, headers: { cookie } })).status).toBe(401);
    expect((await app.send('GET', '/clients', { headers: { ...headers, cookie } })).status).toBe(403);
  });

  it('tells its last use, but writes it once in five minutes', async () => {
    const { token, apiToken } = await make(operations, ['read']);
    const lastUsed = async () => {
      const { body } = await app.send('GET', '/api-tokens', { as: operations });
      return body.items.find(({ id }: { id: number }) => id === apiToken.id).lastUsedAt;
    };
    await status(token);
    const first = app.clock.now.toISOString();
    expect(await lastUsed()).toBe(first);
    wait(290);
    await status(token);
    expect(await lastUsed()).toBe(first);
    wait(20);
    await status(token);
    expect(await lastUsed()).toBe(app.clock.now.toISOString());
  });

  it('ends when it is revoked, has expired, or its user is disabled', async () => {
    const [revoked, expiring] = [await make(operations, ['read']), await make(operations, ['read'], 1)];
    const stranger = await app.signIn('warehouse');
    const revoke = (as: string, id = revoked.apiToken.id) => app.send('DELETE', `/api-tokens/${id}`, { as });
    expect((await revoke(stranger)).status).toBe(404);
    expect((await app.send('GET', '/api-tokens', { as: stranger })).body.items).toEqual([]);
    expect((await app.send('GET', '/api-tokens?all=true', { as: stranger })).status).toBe(403);
    expect(await status(revoked.token)).toBe(200);
    expect((await revoke(admin)).status).toBe(204);
    expect(await status(revoked.token)).toBe(401);
    const { body } = await app.send('GET', '/api-tokens?all=true', { as: admin });
    expect(body.items.find(({ id }: { id: number }) => id === revoked.apiToken.id).revokedAt).not.toBeNull();

    const before = app.clock.now;
    wait(24 * 3600 - 1);
    expect(await status(expiring.token)).toBe(200);
    wait(2);
    expect(await status(expiring.token)).toBe(401);
    app.clock.now = before;

    const leaver = await app.signIn('reviewer');
    const { token } = await make(leaver, ['read']);
    const { body: session } = await app.send('GET', '/auth/session', { as: leaver });
    expect(await status(token)).toBe(200);
    await app.send('PATCH', `/users/${session.user.id}`, { as: admin, body: { disabled: true } });
    expect(await status(token)).toBe(401);
  });

  it('of a client’s viewer sees that client only', async () => {
    const [mine, other] = [
      await insertRun(app.parts.db, 'Mine', '2026-11-01', '2026-12-01'),
      await insertRun(app.parts.db, 'Other', '2026-11-01', '2026-12-01'),
    ];
    await insertTrackers(app.parts.db, { count: 2, runId: mine.runId });
    await insertTrackers(app.parts.db, { count: 3, first: 10, runId: other.runId });
    const { token } = await make(await app.signIn('client-viewer', mine.clientId), ['read']);
    expect((await app.send('GET', '/trackers', { as: token })).body.items).toHaveLength(2);
    expect(await status(token, `/clients/${other.clientId}`)).toBe(404);
  });

  it('makes an address wait that guesses, but neither a program that repeats a revoked token nor a valid one', async () => {
    wait(120);
    const { token } = await make(operations, ['read']);
    const stale = `tlc_${'s'.repeat(43)}`;
    for (let i = 0; i < 40; i++) expect(await status(stale)).toBe(401);
    expect(await status(token)).toBe(200);
    const guess = (i: number) => status(`tlc_${String(i).padStart(43, 'g')}`);
    const answers: number[] = [];
    for (let i = 0; i < 25; i++) answers.push(await guess(i));
    expect(answers.filter((code) => code === 401)).toHaveLength(19);
    expect(answers.at(-1)).toBe(429);
    expect(await status(token)).toBe(200);
    expect(await status(operations)).toBe(200);
    wait(4);
    expect([await guess(98), await guess(99)]).toEqual([401, 429]);
  });

  it('lets a party see nothing but what a policy gives it', async () => {
    const { apiToken } = await make(admin, ['read']);
    const scope = { kind: 'party', party: { kind: 'manufacturer', id: 7 }, apiTokenId: apiToken.id } as const;
    const { rows } = await app.parts.db.transaction(scope, (tx) =>
      tx.query(sql`select console_party_id('manufacturer') as mine, console_party_id('other') as other,
        (select count(*) from users) + (select count(*) from trackers) + (select count(*) from clients)
          + (select count(*) from api_tokens) + (select count(*) from audit_entries) as seen`),
    );
    expect(rows).toEqual([{ mine: 7, other: null, seen: 0 }]);
  });
});

it('derives the scopes from the routes', () => {
  expect(apiScopes.slice(0, 2)).toEqual(['read', 'write']);
  expect(apiScopes).toContain('read:production-runs');
  expect(apiScopes).not.toContain('write:users');
  expect(scopesOf(routes.getLiveness)).toEqual([]);
  expect(scopesOf(routes.assignTrackers)).toEqual(['write', 'write:trackers']);
});
