import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../../../src-shared/contract/roles.ts';
import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import { routes } from '../../../../src-shared/contract/routes.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const [engine] = testEngines();

describe('router', () => {
  let app: TestConsole;
  let admin: string;
  beforeAll(async () => {
    app = await testConsole(await engine!.create());
    admin = await app.signIn('admin');
  });
  afterAll(() => app?.close());

  it('answers only to its own Host', async () => {
    for (const host of ['evil.example', '127.0.0.1', '127.0.0.1:4781', 'localhost:4780']) {
      const { status, body } = await app.send('GET', '/health/live', { headers: { host } });
      expect([status, body.type]).toEqual([403, '/problems/forbidden']);
    }
    expect((await app.send('GET', '/health/live')).body).toEqual({ status: 'ok' });
  });

  it('refuses what a page of another site makes a browser send', async () => {
    const body = { name: 'Cross' };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:4781' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect((await app.send('POST', '/clients', { as: admin, body, headers })).status).toBe(403);
    }
    const own = { origin: 'http://127.0.0.1:4780', 'sec-fetch-site': 'same-origin' };
    expect((await app.send('POST', '/clients', { as: admin, body, headers: own })).status).toBe(201);
    const form = { 'content-type': 'text/plain' };
    expect((await app.send('POST', '/clients', { as: admin, body: '{"name":"x"}', headers: form })).status).toBe(415);
  });

  it('sends security headers and no CORS headers, also with errors', async () => {
    for (const path of ['/health/live', '/nothing', '/clients']) {
      const { headers } = await app.send('GET', path, { headers: { origin: 'http://127.0.0.1:4780' } });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('says what is wrong with a path, a method, a query and a body', async () => {
    const nothing = await app.send('GET', '/no/such', { as: admin });
    expect(nothing.body).toMatchObject({ type: '/problems/not-found', status: 404, instance: '/api/v1/no/such' });
    const method = await app.send('DELETE', '/clients', { as: admin });
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, POST']);
    const query = await app.send('GET', '/clients?limit=ten', { as: admin });
    expect(query.body).toMatchObject({ status: 422, fields: [{ path: 'limit', message: 'Give a number.' }] });
    expect((await app.send('GET', '/clients?limit=1&limit=2', { as: admin })).status).toBe(422);
    expect((await app.send('GET', '/clients?cursor=nonsense', { as: admin })).body.type).toBe('/problems/bad-request');
    // A misspelt filter must not look like one that finds everything; one that was not meant for this route neither.
    for (const path of ['/clients?stat=x', '/clients/1?stat=x', '/customer-orders/1/labels?kind=device&stat=x']) {
      const { status, body } = await app.send('GET', path, { as: admin });
      expect([status, body.detail]).toEqual([422, 'Check the query. There is no field stat here. Leave it out.']);
    }
    for (const [count, message] of [
      [0, 'Use at least 1.'],
      [-1, 'Use at least 1.'],
      [1e9, 'Use at most 1000000.'],
      ['ten', 'Give a number.'],
      [null, 'Give a number.'],
      [1.5, 'Give a whole number.'],
      [undefined, 'This is needed.'],
    ]) {
      const { status, body } = await app.send('POST', '/key-batches', { as: admin, body: { count, label: 'x' } });
      expect([status, body.fields]).toEqual([422, [{ path: 'count', message }]]);
    }
    expect((await app.send('POST', '/clients', { as: admin, body: '{"name":' })).status).toBe(400);
    expect((await app.send('POST', '/clients', { as: admin, body: '' })).status).toBe(400);
    const large = { name: 'x', notes: 'x'.repeat(2_000_000) };
    expect((await app.send('POST', '/clients', { as: admin, body: large })).status).toBe(413);
    const utf8 = await app.send('POST', '/clients', { as: admin, body: new Uint8Array([0x22, 0xff, 0x22]) });
    expect(utf8.status).toBe(400);
    expect((await app.send('POST', '/clients', { as: admin, body: { name: 'a\0b' } })).status).toBe(422);
  });

  it('asks for a password again only where the handler opens its own transactions', () => {
    // The check opens one too, and the embedded engine has one session.
    const asking = Object.entries<RouteSpec>(routes).filter(([, spec]) => spec.reauthenticate !== undefined);
    expect(asking.length).toBeGreaterThan(5);
    expect(asking.filter(([, spec]) => !spec.ownTransaction || !spec.sessionOnly).map(([name]) => name)).toEqual([]);
  });

  it('does not tell the inside of an unexpected error', async () => {
    const { db } = app.parts;
    const broken = { ...db, query: () => Promise.reject(new Error('secret: select * from users')) };
    Object.assign(app.parts, { db: broken });
    try {
      const { status, body } = await app.send('GET', '/clients', { as: admin });
      expect(status).toBe(500);
      expect(JSON.stringify(body)).not.toContain('secret');
      expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/);
    } finally {
      Object.assign(app.parts, { db });
    }
  });

  it('does a repeated request once and answers alike', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const body = { name: 'Once' };
    const [first, second] = await Promise.all(
      [1, 2].map(() => app.send('POST', '/clients', { as: admin, body, headers })),
    );
    expect([first!.status, second!.status]).toEqual([201, 201]);
    expect(second!.body).toEqual(first!.body);
    const other = await app.send('POST', '/clients', { as: admin, body: { name: 'Other' }, headers });
    expect([other.status, other.body.type]).toEqual([409, '/problems/idempotency-mismatch']);
    const someoneElse = await app.send('POST', '/clients', {
      as: await app.signIn('operations'),
      body: { name: 'Mine' },
      headers,
    });
    expect(someoneElse.status).toBe(201);
    const invalid = { 'idempotency-key': 'k-2' };
    expect((await app.send('POST', '/clients', { as: admin, body: { name: '' }, headers: invalid })).status).toBe(422);
    expect((await app.send('POST', '/clients', { as: admin, body: { name: 'Now' }, headers: invalid })).status).toBe(
      201,
    );
    const gone = { 'idempotency-key': 'k-3' };
    const path = `/clients/${first!.body.id}`;
    expect((await app.send('DELETE', path, { as: admin, headers: gone, version: '*' })).status).toBe(204);
    expect((await app.send('DELETE', path, { as: admin, headers: gone, version: '*' })).status).toBe(204);
  });

  it('writes an audit entry with each change, none with a refused one, and the chain verifies', async () => {
    const { body: client } = await app.send('POST', '/clients', { as: admin, body: { name: 'Audited' } });
    await app.send('POST', '/clients', { as: admin, body: { name: 'Audited' } });
    const { body } = await app.send('GET', '/audit-entries?action=client.create&limit=500', { as: admin });
    const entries = body.items.filter((entry: { resourceId: string }) => entry.resourceId === String(client.id));
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ actor: 'admin-1', resourceType: 'client', at: '2026-11-23T08:15:00.000Z' });
    const verified = await app.send('GET', '/audit-entries/verification', { as: admin });
    expect(verified.body).toMatchObject({ ok: true, firstBrokenId: null });
  });

  describe('roles', () => {
    const specs = Object.entries(routes) as unknown as [string, RouteSpec][];
    const served = (answer: { body: { detail?: string } }) => !answer.body?.detail?.startsWith('Your role');
    for (const role of roles) {
      it(`opens to ${role} what the contract says, and nothing else`, async () => {
        const clientId = role === 'client-viewer' ? await clientOf() : null;
        const token = await app.signIn(role, clientId);
        for (const [operation, spec] of specs) {
          if (operation === 'logout' || spec.output.kind === 'events') continue;
          const path = spec.path.replace(/\{\w+\}/g, '999999');
          // The body is broken on purpose: the role is checked before anything is read, and nothing may be done here.
          const body = spec.method === 'GET' || spec.method === 'DELETE' ? {} : { body: '{' };
          const anonymous = await app.send(spec.method, path, body);
          const answer = await app.send(spec.method, path, { as: token, ...body });
          const open = spec.access === 'public' || spec.access.includes(role);
          expect([operation, anonymous.status === 401], operation).toEqual([operation, spec.access !== 'public']);
          expect([operation, served(answer)]).toEqual([operation, open]);
          if (!open) expect(answer.status).toBe(403);
        }
      });
    }
    async function clientOf() {
      const { rows } = await app.parts.db.query<{ id: number }>(sql`select max(id) as id from clients`);
      return rows[0]!.id;
    }
    it('records refusals', async () => {
      const { body } = await app.send('GET', '/audit-entries?action=access.denied', { as: admin });
      expect(body.items[0].details).toHaveProperty('operation');
    });
  });

  it('names the first entry that was tampered with', async () => {
    const { db } = app.parts;
    await db.query(sql`select seal_audit(1000)`);
    await db.query(sql`alter table audit_log disable trigger audit_log_is_append_only`);
    await db.query(sql`update audit_log set actor = 'nobody' where id = 3`);
    expect((await app.send('GET', '/audit-entries/verification', { as: admin })).body).toMatchObject({
      ok: false,
      firstBrokenId: 3,
    });
    await db.query(sql`update audit_log set actor = (select actor from audit_log where id = 2) where id = 3`);
    await db.query(sql`delete from audit_log where id = 2`);
    const { body } = await app.send('GET', '/audit-entries/verification', { as: admin });
    expect(body).toMatchObject({ ok: false, firstBrokenId: 3 });
  });
});
