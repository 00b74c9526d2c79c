import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import type { UserPrincipal } from '../platform/http/principal.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { makeClient } from '../testing/two-clients.ts';

const [engine] = testEngines();

describe('event stream', () => {
  let app: TestConsole;
  let admin: string;
  beforeAll(async () => {
    app = await testConsole(await engine!.create());
    admin = await app.signIn('admin');
  });
  afterAll(() => app?.close());

  const listen = (body: ReadableStream<Uint8Array>) => {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    return {
      /** The next event; null when the stream has ended. */
      async next(): Promise<ServerEvent | null> {
        for (;;) {
          const end = text.indexOf('\n\n');
          if (end >= 0) {
            const block = text.slice(0, end);
            text = text.slice(end + 2);
            if (block.startsWith('data: ')) return JSON.parse(block.slice(6));
            continue;
          }
          const { done, value } = await reader.read();
          if (done) return null;
          text += decoder.decode(value, { stream: true });
        }
      },
      cancel: () => reader.cancel(),
    };
  };
  const open = async (as: string) => {
    const response = await app.raw('GET', '/events', { as });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const stream = listen(response.body!);
    expect((await stream.next())?.type).toBe('hello');
    return stream;
  };

  it('tells staff what happens', async () => {
    const stream = await open(admin);
    app.parts.events.publish({ type: 'changed', resource: 'clients' });
    expect(await stream.next()).toEqual({ type: 'changed', resource: 'clients' });
    await stream.cancel();
  });

  it('tells a client’s user of that client’s trackers only', async () => {
    const { rows } = await app.parts.db.query<{ id: number }>(
      sql`insert into clients (name) values ('One'), ('Two') returning id`,
    );
    const [one, two] = rows.map(({ id }) => id) as [number, number];
    const stream = await open(await app.signIn('client-viewer', one));
    const { events } = app.parts;
    events.publish({ type: 'changed', resource: 'clients' });
    events.publish({ type: 'order', orderId: 1 });
    events.publish({ type: 'tracker-status', clientId: two, trackerIds: [1] });
    events.publish({ type: 'tracker-status', clientId: null, trackerIds: [2] });
    events.publish({ type: 'tracker-status', clientId: one, trackerIds: [3] });
    expect(await stream.next()).toEqual({ type: 'tracker-status', clientId: one, trackerIds: [3] });
    await stream.cancel();
  });

  it('tells a client’s user of that client’s alerts only, whoever’s are raised, resolved or acknowledged', async () => {
    const { db, events } = app.parts;
    const made = [await makeClient(db, 'aster', 1, app.clock.now), await makeClient(db, 'zebra', 50, app.clock.now)];
    const clientIds = made.map(({ ids }) => ids.clientId!);
    const [aster, zebra] = clientIds as [number, number];
    const viewers = await Promise.all(clientIds.map(async (id) => open(await app.signIn('client-viewer', id))));
    const staff = await open(admin);
    const hear = async (expected: { staff: ServerEvent[]; viewers: ServerEvent[][] }) => {
      // Whatever else was sent to somebody would come before the mark.
      for (const clientId of clientIds) events.publish({ type: 'tracker-status', clientId, trackerIds: [] });
      const until = async (stream: typeof staff, marks: number) => {
        const heard: ServerEvent[] = [];
        while (marks > 0) {
          const event = (await stream.next())!;
          if (event.type === 'tracker-status') marks--;
          else heard.push(event);
        }
        return heard;
      };
      expect(await until(staff, 2)).toEqual(expect.arrayContaining(expected.staff));
      expect(await Promise.all(viewers.map((stream) => until(stream, 1)))).toEqual(expected.viewers);
    };
    const of = (clientId: number): ServerEvent => ({ type: 'alerts', clientId });

    const alertIds = made.map(({ ids }) => ids.alertId);
    await app.send('POST', '/alerts/acknowledge', { as: admin, body: { alertIds } });
    await hear({ staff: [of(aster), of(zebra)], viewers: [[of(aster)], [of(zebra)]] });
    await app.send('POST', '/alerts/acknowledge', { as: admin, body: { alertIds } });
    await hear({ staff: [], viewers: [[], []] });

    // The alert of one of them ends, the other's lasts.
    await db.query(sql`update production_runs set end_date = ${'2026-11-22'} where client_id = ${aster}`);
    await createConsoleStatusEngine({
      db,
      publish: events.publish,
      log: () => undefined,
      now: () => app.clock.now,
    }).assess();
    await hear({ staff: [of(aster)], viewers: [[of(aster)], expect.not.arrayContaining([of(aster)])] });
    await Promise.all([staff, ...viewers].map((stream) => stream.cancel()));
  });

  it('tells a demoted person nothing more, and a viewer who moves the new client’s trackers only', async () => {
    const { rows } = await app.parts.db.query<{ id: number }>(
      sql`insert into clients (name) values ('Former'), ('Latter') returning id`,
    );
    const [former, latter] = rows.map(({ id }) => id) as [number, number];
    const userOf = async (as: string) => (await app.send('GET', '/auth/session', { as })).body.user.id as number;
    const [operator, viewer] = [await app.signIn('operations'), await app.signIn('client-viewer', former)];
    const body = { name: 'ERP', scopes: ['read'], expiresInDays: 1 };
    const { token, apiToken } = (await app.send('POST', '/api-tokens', { as: viewer, body })).body;
    const streams = { operator: await open(operator), viewer: await open(viewer), token: await open(token) };
    const { events } = app.parts;
    const seen = (clientId: number, trackerId: number): ServerEvent => ({
      type: 'tracker-status',
      clientId,
      trackerIds: [trackerId],
    });
    // Sent in one breath: none of them knows yet when the first event is there.
    const [operatorId, viewerId] = [await userOf(operator), await userOf(viewer)];
    await app.parts.db.query(
      sql`update users set role = 'client-viewer', client_id = ${latter} where id = ${operatorId}`,
    );
    await app.parts.db.query(sql`update users set client_id = ${latter} where id = ${viewerId}`);
    events.publish({ type: 'order', orderId: 1 });
    events.publish(seen(former, 1));
    events.publish(seen(latter, 2));
    for (const stream of Object.values(streams)) expect(await stream.next()).toEqual(seen(latter, 2));

    // Somebody has to change the password: nothing until they did.
    await app.parts.db.query(sql`update users set must_change_password = true where id = ${viewerId}`);
    events.publish(seen(latter, 3));
    expect(await streams.operator.next()).toEqual(seen(latter, 3));
    await app.parts.db.query(sql`update users set must_change_password = false where id = ${viewerId}`);
    await app.parts.db.query(sql`update api_tokens set revoked_at = created_at where id = ${apiToken.id}`);
    events.publish(seen(latter, 4));
    expect([await streams.operator.next(), await streams.viewer.next()]).toEqual([seen(latter, 4), seen(latter, 4)]);
    expect(await streams.token.next()).toBeNull();
    await Promise.all([streams.operator.cancel(), streams.viewer.cancel()]);
  });

  it('lets a user open only so many, and counts closed ones no more', async () => {
    const as = await app.signIn('warehouse');
    const streams = await Promise.all(Array.from({ length: 20 }, () => open(as)));
    const refused = await app.send('GET', '/events', { as });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    await streams[0]!.cancel();
    const again = await open(as);
    await Promise.all([...streams.slice(1), again].map((stream) => stream.cancel()));
  });

  it('ends by itself after logout and after disabling', async () => {
    for (const end of ['logout', 'disable'] as const) {
      const as = await app.signIn('reviewer');
      const headers = new Headers({ authorization: `Bearer ${as}` });
      const principal = (await app.parts.authenticate({
        headers,
        url: 'http://127.0.0.1:4780/',
        address: 'local',
      })) as UserPrincipal;
      const stream = listen(app.parts.eventStreams.open(principal, 20).body!);
      expect((await stream.next())?.type).toBe('hello');
      if (end === 'logout') await app.send('POST', '/auth/logout', { as });
      else await app.send('PATCH', `/users/${principal.userId}`, { as: admin, body: { disabled: true } });
      // Staff may hear of the change before the next look finds the session over.
      let last = await stream.next();
      while (last) {
        expect(last).toEqual({ type: 'changed', resource: 'users' });
        last = await stream.next();
      }
    }
  });

  it('ends when the console stops', async () => {
    const stream = await open(admin);
    app = await app.restart();
    expect(await stream.next()).toBeNull();
  });
});
