import sql, { type Sql } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, AlertGroup } from '../../../../src-shared/contract/alerts.ts';
import { systemScope } from '../../platform/db/queryable.ts';
import { insertRun } from '../../testing/company.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { reconcileLogins } from './raise-login-alerts-store.ts';
import { wakeAlerts } from './triage-store.ts';

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

  describe('triage', () => {
    const get = async (query: string, as = operator) => (await app.send('GET', `/alerts${query}`, { as })).body;
    const names = async (query: string, as = operator) =>
      (await get(query, as)).items.map((alert: Alert) => `${alert.productionRun?.name} ${alert.severity}`);
    const triage = (body: object) => app.send('PATCH', '/alerts', { as: operator, body });
    let viewer: string;
    let ids: number[];
    beforeAll(async () => {
      await app.parts.db.query(sql`delete from alerts`);
      ids = [];
      for (const [name, severity] of [
        ['north', 'warning'],
        ['south', 'critical'],
        ['west', 'info'],
      ] as const) {
        const { clientId, runId } = await insertRun(app.parts.db, name, '2026-11-01', '2026-12-01');
        if (name === 'north') viewer = await app.signIn('client-viewer', clientId);
        const { rows } = await app.parts.db.query<{ id: number }>(sql`
          insert into alerts (kind, severity, production_run_id, client_id, raised_at, evidence_at, evidence)
          values ('silent-cluster', ${severity}, ${runId}::bigint, ${clientId}::bigint, '2026-11-02', '2026-11-02', '{}') returning id`);
        ids.push(rows[0]!.id);
      }
    });

    it('sorts by severity, page by page, and counts by client, run and place', async () => {
      expect(await names('?sort=-severity')).toEqual(['south critical', 'north warning', 'west info']);
      const { items, nextCursor } = await get('?sort=-severity&limit=2');
      expect(items).toHaveLength(2);
      expect(await names(`?sort=-severity&limit=2&cursor=${nextCursor}`)).toEqual(['west info']);
      const groups = await get('/groups?by=productionRun&state=unresolved');
      expect(
        groups.items.map((group: AlertGroup) => [group.name, group.critical + group.warning + group.info]),
      ).toEqual([
        ['south', 1],
        ['north', 1],
        ['west', 1],
      ]);
      expect((await get('/groups?by=place')).items).toMatchObject([
        { id: null, name: '', critical: 1, warning: 1, info: 1 },
      ]);
      expect(await names('?place=')).toHaveLength(3);
      expect(await names('?from=2026-11-02T00:00:00Z&to=2026-11-02T00:00:01Z')).toHaveLength(3);
      expect(await names('?to=2026-11-02T00:00:00Z')).toEqual([]);
      expect((await get('/groups?by=client&from=2026-11-02T00:00:01Z')).items).toEqual([]);
      expect((await get('/groups?by=client', viewer)).items).toHaveLength(1);
    });

    it('assigns to one of the staff, and refuses others', async () => {
      const people = (await get('/assignees')).items as { id: number; name: string }[];
      const me = (await app.send('GET', '/auth/session', { as: operator })).body.user;
      expect(people.map(({ id }) => id)).toContain(me.id);
      const their = (await app.send('GET', '/auth/session', { as: viewer })).body.user;
      expect(people.map(({ id }) => id)).not.toContain(their.id);
      expect((await triage({ alertIds: ids, assigneeId: their.id })).status).toBe(422);
      expect((await triage({ alertIds: [ids[0]], assigneeId: me.id })).body).toEqual({ changed: 1 });
      expect(await names('?assignee=me')).toEqual(['north warning']);
      expect(await names('?assignee=none')).toHaveLength(2);
      expect((await get('?assignee=me')).items[0].assignment).toMatchObject({ to: { id: me.id } });
      // Staff's alone.
      expect(await names('?assignee=me', viewer)).toEqual([]);
      expect((await get('', viewer)).items[0].assignment).toBeNull();
    });

    it('snoozes until an instant, or until it is worse; the client’s user sees it all the while', async () => {
      expect((await triage({ alertIds: ids, snoozedUntil: '2000-01-01T00:00:00Z' })).status).toBe(422);
      const until = new Date(Date.now() + 3_600_000).toISOString();
      await triage({ alertIds: [ids[0], ids[2]], snoozedUntil: until });
      expect(await names('?state=unresolved')).toEqual(['south critical']);
      expect((await get('?state=snoozed')).items.map((alert: Alert) => alert.snooze?.until)).toEqual([until, until]);
      expect((await get('/summary')).unresolved).toBe(1);
      expect((await get('?state=unresolved', viewer)).items).toMatchObject([{ snooze: null }]);
      const wake = (at: Date) => app.parts.db.transaction(systemScope, (tx) => wakeAlerts(tx, at));
      expect(await wake(new Date())).toBe(false);
      await app.parts.db.query(sql`update alerts set severity = 'critical' where id = ${ids[2]!}::bigint`);
      expect(await wake(new Date())).toBe(true);
      expect(await names('?state=snoozed')).toEqual(['north warning']);
      expect(await wake(new Date(until))).toBe(true);
      expect(await names('?state=snoozed')).toEqual([]);
    });

    it('takes an acknowledgement back; its words are not for the client’s user', async () => {
      await app.send('POST', '/alerts/acknowledge', {
        as: operator,
        body: { alertIds: [ids[0]], note: 'driver drunk' },
      });
      expect((await get('', viewer)).items[0]).toMatchObject({
        state: 'acknowledged',
        acknowledgement: { by: '', note: '' },
      });
      expect((await triage({ alertIds: ids, reopen: true })).body).toEqual({ changed: 1 });
      expect(await names('?state=open')).toHaveLength(3);
      expect((await triage({ alertIds: ids })).status).toBe(422);
    });
  });
});
