import sql, { type Sql } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemScope } from '../../platform/db/queryable.ts';
import { insertRun } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { reconcileLogins } from './raise-login-alerts-store.ts';

describe.each(testEngines())('alerts of logins on $name', ({ create }) => {
  let app: TestConsole;
  let operator: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    operator = await app.signIn('operations');
    await app.parts.db.query(sql`
      insert into report_sources (name, kind, url, min_interval_seconds, max_batch_size, batch_size, login_set_at, login_from,
        login_lasted)
      values ('Account', 'apple-older', 'https://gateway.example/', 900, 64, 64, '2026-11-01', 'file', '{30}')`);
  });
  afterAll(() => app?.close());
  const pass = (day: string) =>
    app.parts.db.transaction(systemScope, (tx) => reconcileLogins(tx, new Date(`${day}T00:00:00Z`)));
  const change = (what: Sql) => app.parts.db.query(sql`update report_sources set ${what}`);
  const alerts = async (as = operator, state = 'unresolved') =>
    (await app.send('GET', `/alerts?state=${state}`, { as })).body.items;

  it('warns before the login expires, and is critical once it is refused', async () => {
    expect([await pass('2026-11-27'), await alerts()]).toEqual([false, []]);
    expect(await pass('2026-11-28')).toBe(true);
    expect(await alerts()).toMatchObject([
      {
        kind: 'login',
        severity: 'warning',
        reportSource: { name: 'Account' },
        productionRun: null,
        client: null,
        tracker: null,
        evidenceAt: '2026-11-28T00:00:00.000Z',
        evidence: { since: '2026-11-01T00:00:00.000Z', expiresAt: '2026-12-01T00:00:00.000Z' },
      },
    ]);
    const [{ id }] = await alerts();
    await app.send('POST', '/alerts/acknowledge', { as: operator, body: { alertIds: [id], note: 'on it' } });
    expect(await pass('2026-11-29')).toBe(false);
    expect(await alerts()).toMatchObject([{ id, state: 'acknowledged' }]);
    await change(sql`login_refused_at = '2026-11-30T06:00:00Z'`);
    expect(await pass('2026-11-30')).toBe(true);
    expect(await alerts()).toMatchObject([{ kind: 'login', severity: 'critical', state: 'open' }]);
    const { body: summary } = await app.send('GET', '/alerts/summary', { as: operator });
    expect(summary).toMatchObject({ open: 1, bySeverity: { critical: 1 }, newest: [{ kind: 'login' }] });
  });

  it('is for staff alone', async () => {
    const { clientId } = await insertRun(app.parts.db, 'Mine', '2026-11-01', '2026-12-01');
    const viewer = await app.signIn('client-viewer', clientId);
    expect(await alerts(viewer)).toEqual([]);
    expect((await app.send('GET', '/alerts/summary', { as: viewer })).body).toMatchObject({ open: 0, newest: [] });
  });

  it('ends with a fresh login, and with a source that is turned off', async () => {
    await change(sql`login_set_at = '2026-11-30', login_refused_at = null`);
    expect(await pass('2026-12-01')).toBe(true);
    expect(await alerts()).toEqual([]);
    await change(sql`login_refused_at = '2026-12-02'`);
    await pass('2026-12-02');
    expect(await alerts()).toHaveLength(1);
    await change(sql`enabled = false`);
    await pass('2026-12-02');
    expect(await alerts()).toEqual([]);
    expect(await alerts(operator, 'resolved')).toHaveLength(3);
  });
});
