import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

const up = { is: 'up' };

describe.each(testEngines())('system on $name', ({ create, name }) => {
  let app: TestConsole;
  let admin: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    admin = await app.signIn('admin');
  });
  afterAll(() => app?.close());

  it('is ready when every part answers, and says which does not', async () => {
    expect((await app.send('GET', '/health/ready')).body).toEqual({
      status: 'ok',
      checks: {
        database: up,
        schedule: up,
        sources: { is: 'off', why: 'No report source is switched on.' },
        backups: { is: 'off', why: 'Automatic backups are off.' },
        auditLog: up,
        clock: up,
      },
    });
    const states = app.parts.workerStates;
    Object.assign(app.parts, {
      workerStates: () => ({ fetcher: { is: 'down', why: 'It ended with code 1.' }, 'status-engine': up }),
    });
    const { status, body } = await app.send('GET', '/health/ready');
    expect([status, body.detail]).toEqual([503, 'The console is not ready. fetcher: It ended with code 1.']);
    expect(body.checks).toMatchObject({ database: up, fetcher: { is: 'down' }, 'status-engine': up });
    expect((await app.send('GET', '/notices', { as: admin })).body.troubles).toEqual([
      { part: 'fetcher', why: 'It ended with code 1.' },
    ]);
    Object.assign(app.parts, { workerStates: states });
  });

  it('warns of entries of the audit log that nobody has sealed for a minute', async () => {
    const { db } = app.parts;
    const checked = async () => (await app.send('GET', '/health/ready')).body.checks.auditLog;
    await db.query(sql`
      insert into audit_unsealed (at, action, written_at) values (now(), 'x', clock_timestamp() - interval '2 minutes')`);
    expect(await checked()).toEqual({
      is: 'warns',
      why: expect.stringMatching(/^One entry of the audit log is not sealed yet, the first since 20/),
    });
    await db.query(sql`select seal_audit(1000)`);
    expect(await checked()).toEqual(up);
  });

  it('says on every screen, and to monitors, that the clock is off by more than half a minute', async () => {
    const seen = async (offset: number) => {
      Object.assign(app.parts, { workstation: { clock: { offset: () => offset } } });
      const notices = await app.send('GET', '/notices', { as: admin });
      const { checks } = (await app.send('GET', '/health/ready')).body;
      Object.assign(app.parts, { workstation: null });
      return [notices.body.clockOffMs, checks.clock];
    };
    expect(await seen(30_000)).toEqual([0, up]);
    expect(await seen(60_000)).toEqual([60_000, { is: 'warns', why: expect.stringContaining('60 seconds behind') }]);
    expect(await seen(-86_400_000)).toEqual([
      -86_400_000,
      { is: 'warns', why: expect.stringContaining('86400 seconds ahead') },
    ]);
  });

  it('says so too of a backup that failed or is late', async () => {
    const put = (key: string, value: object) =>
      app.parts.db.query(sql`insert into settings (key, value) values (${key}, ${JSON.stringify(value)}::jsonb)
        on conflict (key) do update set value = excluded.value`);
    const seen = async () => [
      (await app.send('GET', '/notices', { as: admin })).body.backup,
      (await app.send('GET', '/health/ready')).body.checks.backups,
    ];
    const made = { at: app.clock.now.toISOString(), console: 'a', file: 'f', rows: 1, bytes: 1 };
    await put('backups', { enabled: true });
    await put('backup-state', { made });
    expect(await seen()).toEqual(['fine', up]);
    await put('backup-state', { made: { ...made, at: '2026-11-20T00:00:00Z' } });
    expect(await seen()).toEqual(['overdue', { is: 'warns', why: 'The backup is overdue.' }]);
    await put('backup-state', { made: null, failed: { at: made.at, console: 'a', why: 'The disk is full.' } });
    expect(await seen()).toEqual(['failed', { is: 'warns', why: 'The last backup failed.' }]);
    await app.parts.db.query(sql`delete from settings where key in ('backups', 'backup-state')`);
  });

  it('is not ready while the database takes no changes, and says why', async () => {
    const { db } = app.parts;
    const readOnly: typeof db = {
      ...db,
      transaction: (scope, work) =>
        db.transaction(scope, async (tx) => {
          await tx.query(sql`set transaction read only`);
          return work(tx);
        }),
    };
    Object.assign(app.parts, { db: readOnly });
    const { status, body } = await app.send('GET', '/health/ready');
    const { troubles } = (await app.send('GET', '/notices', { as: admin })).body;
    Object.assign(app.parts, { db });
    const why = 'The database is read-only at the moment.';
    expect([status, body.detail]).toEqual([503, `The console is not ready. database: ${why}`]);
    expect(troubles).toEqual([{ part: 'database', why }]);
    expect((await app.send('GET', '/health/ready')).status).toBe(200);
  });

  it('gives metrics that name nobody', async () => {
    const client = await app.send('POST', '/clients', { as: admin, body: { name: 'Confidential Ltd' } });
    expect(client.status).toBe(201);
    expect((await app.send('GET', '/metrics')).status).toBe(401);
    for (const role of ['warehouse', 'reviewer'] as const)
      expect((await app.send('GET', '/metrics', { as: await app.signIn(role) })).status).toBe(403);
    const scraper = { name: 'Prometheus', scopes: ['read:metrics'], expiresInDays: 300 };
    const { token } = (await app.send('POST', '/api-tokens', { as: admin, body: scraper })).body;
    expect((await app.send('GET', '/clients', { as: token })).status).toBe(403);
    const { headers, body } = await app.send('GET', '/metrics', { as: token });
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(body).toMatch(/^console_trackers 0$/m);
    expect(body).toMatch(/^console_fetch_schedule\{what="due"\} 0$/m);
    expect(body).toMatch(/^process_cpu_seconds_total/m);
    expect(body).not.toMatch(/Confidential|admin/);
  });

  it('serves its OpenAPI document, and says what it runs on', async () => {
    expect((await app.send('GET', '/openapi.json')).body.paths).toHaveProperty('/key-batches');
    const { body } = await app.send('GET', '/about', { as: admin });
    expect(body).toMatchObject({ version: '0.0.0-test', database: name, schedule: 'memory', keyState: 'ready' });
  });
});
