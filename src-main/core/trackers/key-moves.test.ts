import { createHash } from 'node:crypto';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { ingestReports } from '../fetching/ingest/ingest.ts';
import { queueRefold } from '../status/refold-queue-store.ts';
import { ingest, insertFence, type MadeReport, offset, payloadHash } from '../status/testing/status-world.ts';
import { insertRun, insertTrackers } from '../testing/company.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { countKeyMoves } from './key-moves-store.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 10);
const shop = { longitude: 8.54, latitude: 47.37 };
const store = offset(shop, 40_000, 0);
const COUNT = 4;

/** Two trackers of Aurora, one of Borealis, one in no run; the devices of some were mixed up. */
describe.each(testEngines())('moved device keys on $name', ({ create }) => {
  let database: TestDatabase;
  let app: TestConsole;
  let as: string;
  let viewer: string;
  let trackers: { id: number; mac: string }[];
  /** Which key (base64) each report was heard under, by payload hash. */
  let heardUnder: Map<string, string>;

  const fold = async () => {
    const log = (level: string, message: string, fields: Record<string, unknown>) => {
      if (level === 'error') throw new Error(message, { cause: fields.error });
    };
    const engine = createConsoleStatusEngine({
      db: database.db,
      publish: () => undefined,
      log,
      now: () => app.clock.now,
    });
    await engine.drain();
    await engine.assess();
  };
  const read = async (statement: ReturnType<typeof sql>) =>
    (await database.db.query(statement)).rows.map((row) => JSON.stringify(row)).sort();
  /** All that is stored of reports, and all that was worked out of them. */
  const stored = async () => ({
    keys: await read(sql`select tracker_id, number, encode(hashed_advertisement_key, 'hex') from device_keys`),
    first: await read(sql`select id, encode(hashed_advertisement_key, 'hex'), firmware, key_batch_id from trackers`),
    reports: await read(sql`select tracker_id, key_number, encode(payload_hash, 'hex'), left_out_reason
      from location_reports`),
    waiting: await read(sql`select tracker_id, key_number, encode(payload_hash, 'hex') from waiting_reports`),
    corrupt: await read(sql`select id, tracker_id, encode(payload_hash, 'hex') from corrupt_reports`),
    canaries: await read(sql`select tracker_id, encode(hashed_key, 'hex') from source_canaries`),
    history:
      await read(sql`select tracker_id, run_period_id, client_id, status, location_id, visit_id, entered_at, left_at
      from status_history where superseded_at is null`),
    hours: await read(sql`select tracker_id, period, bucket_start, run_period_id, client_id, report_count, status_at_end
      from tracker_aggregates`),
    deliveries: await read(sql`select tracker_id, run_period_id, client_id, entered_at from deliveries`),
    runs: await read(sql`select production_run_id, bucket_start, status, entered, left_count from run_status_changes
      where entered <> 0 or left_count <> 0`),
    status: await read(sql`select tracker_id, status, location_id, status_since, last_reported_at, report_count,
      run_period_id, client_id from tracker_status`),
  });
  const move = (moves: readonly { trackerId: number; keysOf: number; firstKey?: string }[], more = {}) =>
    app.send('POST', '/trackers/key-moves', { as, body: { moves, reason: 'Mixed up in the warehouse', ...more } });
  /** `order[i]` is the place of the tracker whose keys the i-th gets; those that keep their own are left out. */
  const movesOf = (order: readonly number[]) =>
    order.flatMap((from, i) => (from === i ? [] : [{ trackerId: trackers[i]!.id, keysOf: trackers[from]!.id }]));
  /** Each report, waiting and corrupt ones too, is its key's tracker's. */
  const expectReportsWithTheirKeys = async () => {
    const { rows } = await database.db.query<{ hash: string; key: string }>(sql`
      select encode(r.payload_hash, 'hex') as hash, encode(k.hashed_advertisement_key, 'base64') as key
      from (select tracker_id, payload_hash, key_number from location_reports
        union all select tracker_id, payload_hash, key_number from waiting_reports) r
      join device_keys k on k.tracker_id = r.tracker_id and k.number = r.key_number`);
    expect(rows.length).toBe(heardUnder.size);
    for (const { hash, key } of rows) expect(key).toBe(heardUnder.get(hash));
  };
  /** What is stored is what folding anew gives. */
  const expectFreshFold = async () => {
    const before = await stored();
    await database.db.query(sql`delete from deliveries`);
    await database.db.query(sql`delete from tracker_aggregates`);
    await database.db.query(sql`delete from status_history`);
    await database.db.query(sql`delete from run_status_changes`);
    await database.db.query(
      sql`update location_reports set left_out_reason = case when position is null then 'invalid' end`,
    );
    await database.db.query(sql`update tracker_status set status = 'UNKNOWN', location_id = null, status_since = null,
      folded_at = null, folded_hash = null, exit_streak = 0, exit_since = null`);
    await queueRefold(database.db, 'all', 'test', app.clock.now);
    await fold();
    expect(await stored()).toEqual(before);
  };

  beforeAll(async () => {
    database = await create();
    app = await testConsole(database);
    const { db } = database;
    as = await app.signIn('operations');
    const aurora = await insertRun(db, 'Aurora', '2026-11-01', '2026-11-30');
    const borealis = await insertRun(db, 'Borealis', '2026-11-01', '2026-11-30');
    viewer = await app.signIn('client-viewer', aurora.clientId);
    app.clock.now = new Date(START + 100 * HOUR);
    for (const { runId } of [aurora, borealis]) {
      await insertFence(db, { kind: 'delivery', radiusM: 100, position: shop, runId, name: 'Shop' });
      await insertFence(db, { kind: 'storage', radiusM: 200, position: store, runId, name: 'Store' });
    }
    trackers = [
      ...(await insertTrackers(db, { count: 2, runId: aurora.runId })),
      ...(await insertTrackers(db, { count: 1, first: 3, runId: borealis.runId })),
      ...(await insertTrackers(db, { count: 1, first: 4 })),
    ];
    // The second has three keys.
    await db.query(sql`
      insert into device_keys (tracker_id, number, advertisement_key, hashed_advertisement_key, broadcast_address)
      select ${trackers[1]!.id}, n + 1, key, sha256(key), macaddr '02:00:00:00:00:00'
      from generate_series(1, 2) n cross join lateral (select decode(lpad(to_hex(n + 7000), 56, '0'), 'hex') as key) k`);
    const keys = await db.query<{ id: number; number: number; key: string }>(sql`
      select tracker_id as id, number, encode(hashed_advertisement_key, 'base64') as key from device_keys`);
    const keyOf = (id: number, number: number) => keys.rows.find((row) => row.id === id && row.number === number)!.key;
    heardUnder = new Map();
    const places = [shop, store, offset(shop, 9_000, 0)];
    const made = trackers.flatMap(({ id: trackerId }, of) =>
      Array.from({ length: 9 }, (_, n): MadeReport => {
        const position = n === 4 ? null : places[Math.floor((n + of) / 3) % 3]!;
        return { trackerId, at: START + (n * 5 + of) * HOUR, n, position, accuracyM: 10 };
      }),
    );
    for (const report of made) {
      const number = report.trackerId === trackers[1]!.id ? (report.n % 3) + 1 : 1;
      heardUnder.set(payloadHash(report).toString('hex'), keyOf(report.trackerId, number));
    }
    await ingest(db, made, app.clock.now);
    await db.query(sql`update location_reports set key_number = 2 where tracker_id = ${trackers[1]!.id}
      and payload_hash = any(${made.filter(({ n }) => n % 3 === 1).map(payloadHash)}::bytea[])`);
    await db.query(sql`update location_reports set key_number = 3 where tracker_id = ${trackers[1]!.id}
      and payload_hash = any(${made.filter(({ n }) => n % 3 === 2).map(payloadHash)}::bytea[])`);
    // One of each kind waits, and the same bytes are corrupt for two of them.
    for (const { id } of trackers.slice(0, 3)) {
      const hash = createHash('sha256').update(`ahead ${id}`).digest();
      heardUnder.set(hash.toString('hex'), keyOf(id, 1));
      await db.query(sql`insert into waiting_reports (tracker_id, payload_hash, key_number, payload, reported_at, received_at)
        values (${id}, ${hash}, 1, 'x', ${new Date(START + 500 * HOUR)}, ${app.clock.now})`);
      await db.query(sql`insert into corrupt_reports (tracker_id, payload_hash, payload, reason, received_at)
        values (${id}, sha256('same'), 'same', 'malformed', ${app.clock.now})`);
    }
    await db.query(sql`
      with source as (
        insert into report_sources (name, kind, url, min_interval_seconds, max_batch_size, batch_size)
        values ('Source', 'haystack', 'http://127.0.0.1:1', 0, 256, 64) returning id)
      insert into source_canaries (source_id, hashed_key, tracker_id, reported_at, reports, solid, counted_at)
      select source.id, hashed_advertisement_key, tracker_id, ${app.clock.now}, 1, 1, ${app.clock.now}
      from source, device_keys where number = 1`);
    await fold();
  }, 180_000);
  afterAll(() => app?.close());

  it('shows what goes and comes, and changes nothing in a dry run', async () => {
    const before = await stored();
    const { status, body } = await move(movesOf([1, 0, 2, 3]), { dryRun: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({ jobId: null, keptFrom: null });
    expect(body.changes).toMatchObject([
      {
        tracker: { id: trackers[0]!.id, macAddress: trackers[0]!.mac },
        keysOf: { id: trackers[1]!.id },
        keys: 3,
        fitsLabel: false,
        reportsGot: 11,
        reportsGone: 11,
      },
      { keysOf: { id: trackers[0]!.id }, keys: 1 },
    ]);
    for (const change of body.changes) expect([change.visits > 0, change.deliveries > 0]).toEqual([true, true]);
    expect(await stored()).toEqual(before);
  });

  it('keeps each report with the tracker that holds its key, folds as anew, and goes back exactly', async () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: COUNT, maxLength: COUNT });
    const property = fc.asyncProperty(order, fc.boolean(), async (from, foldsBetween) => {
      const moves = movesOf(from);
      if (moves.length === 0) return;
      const before = await stored();
      const done = await move(moves);
      expect(done.status).toBe(200);
      if (foldsBetween) {
        await fold();
        await expectReportsWithTheirKeys();
        await expectFreshFold();
      }
      const back = await move(moves.map(({ trackerId, keysOf }) => ({ trackerId: keysOf, keysOf: trackerId })));
      expect(back.status).toBe(200);
      await fold();
      await expectReportsWithTheirKeys();
      expect(await stored()).toEqual(before);
    });
    await fc.assert(property, { numRuns: database.db.engine === 'embedded' ? 4 : 12 });
  }, 300_000);

  it('shows nobody what was worked out of reports that have left, before it is folded again', async () => {
    const a = trackers[0]!;
    const seen = async () => {
      const { items } = (await app.send('GET', `/trackers/${a.id}/status-history`, { as: viewer })).body;
      return items.length;
    };
    expect(await seen()).toBeGreaterThan(0);
    await move(movesOf([2, 1, 0, 3]));
    expect(await seen()).toBe(0);
    expect((await app.send('GET', `/trackers/${a.id}`, { as: viewer })).body.status).toBe('UNKNOWN');
    await fold();
    expect(await seen()).toBeGreaterThan(0);
    await move(movesOf([2, 1, 0, 3]));
    await fold();
  });

  it('leaves a report of which the tracker was looked up before its key moved; it comes again', async () => {
    const { db } = database;
    const late = (n: number) => ({
      trackerId: trackers[0]!.id,
      timestampMs: START + 60 * HOUR + n,
      publishedAt: null,
      payloadHash: createHash('sha256').update(`late ${n}`).digest(),
      ...shop,
      horizontalAccuracyM: 10,
      confidence: 2,
      statusByte: 0,
      invalidPosition: false,
    });
    const moves = await countKeyMoves(db);
    const options = { now: app.clock.now, maxReportAgeDays: null, nearestCity: () => null };
    expect((await ingestReports(db, [late(1)], { ...options, moves })).stored).toBe(1);
    await move(movesOf([1, 0, 2, 3]));
    const corrupt = { trackerId: trackers[0]!.id, payloadHash: Buffer.alloc(32, 9), payload: Buffer.from('c') };
    const stale = { ...options, moves, corrupt: [{ ...corrupt, reason: 'bad-tag' as const }] };
    expect(await ingestReports(db, [late(2)], stale)).toMatchObject({ stored: 0, corrupt: 0 });
    expect((await ingestReports(db, [late(2)], { ...options, moves: moves + 1 })).stored).toBe(1);
    await db.query(
      sql`delete from location_reports where payload_hash = any(${[late(1), late(2)].map(({ payloadHash: hash }) => hash)}::bytea[])`,
    );
    await move(movesOf([1, 0, 2, 3]));
    await fold();
  });

  it('refuses what is no set, what was moved since, and whom it isn’t for, and changes nothing', async () => {
    const [a, b, c] = trackers.map(({ id }) => id) as [number, number, number];
    const before = await stored();
    const refused = async (moves: { trackerId: number; keysOf: number; firstKey?: string }[]) => {
      const { status, body } = await move(moves);
      return [status, body.errors?.[0]?.message ?? body.fields?.[0]?.message ?? body.detail];
    };
    const pair = [
      { trackerId: a, keysOf: b },
      { trackerId: b, keysOf: a },
    ];
    expect(
      await refused([
        { trackerId: a, keysOf: b },
        { trackerId: b, keysOf: c },
      ]),
    ).toEqual([422, expect.stringContaining(`Tracker ${c} would be left without keys`)]);
    expect(
      await refused([
        { trackerId: a, keysOf: b },
        { trackerId: a, keysOf: c },
      ]),
    ).toEqual([422, expect.stringContaining('listed twice')]);
    expect(
      await refused([
        { trackerId: a, keysOf: a },
        { trackerId: b, keysOf: c },
      ]),
    ).toEqual([422, expect.stringContaining('own keys')]);
    expect(
      (
        await refused([
          { trackerId: a, keysOf: 999_999 },
          { trackerId: 999_999, keysOf: a },
        ])
      )[0],
    ).toBe(404);
    const { changes } = (await move(pair, { dryRun: true })).body;
    const sure = pair.map((one, i) => ({ ...one, firstKey: changes[i].firstKey }));
    expect((await move(sure)).status).toBe(200);
    // Sent once more, it would undo itself.
    expect(await refused(sure)).toEqual([409, expect.stringContaining('moved in the meantime')]);
    expect((await move(pair)).status).toBe(200);
    await fold();
    expect(await stored()).toEqual(before);
    for (const role of ['warehouse', 'reviewer'] as const) {
      const who = await app.signIn(role);
      const body = { moves: pair, reason: 'Mixed up' };
      expect((await app.send('POST', '/trackers/key-moves', { as: who, body })).status).toBe(403);
    }
    const admin = await app.signIn('admin');
    const { items } = (await app.send('GET', `/trackers/${a}/audit-entries`, { as: admin })).body;
    expect(items[0]).toMatchObject({ action: 'trackers.moveKeys', details: { reason: 'Mixed up in the warehouse' } });
  });

  it('moves single keys with what was heard under them, folds as anew, and goes back', async () => {
    const { db } = database;
    const holders = async () => {
      const { rows } = await db.query<{ key: string; id: number }>(sql`
        select encode(hashed_advertisement_key, 'base64') as key, tracker_id as id from device_keys order by 2, number`);
      return rows;
    };
    /** All but the numbers of keys: what comes back is numbered last. */
    const worked = async () => {
      const { keys: _, first: __, reports: ___, waiting: ____, ...rest } = await stored();
      return rest;
    };
    const send = (keys: unknown[], more = {}) =>
      app.send('POST', '/trackers/single-key-moves', { as, body: { keys, reason: 'Two heads exchanged', ...more } });
    const sentence = async (keys: unknown[]) => {
      const { status, body } = await send(keys);
      return [status, body.errors?.[0]?.message ?? body.fields?.[0]?.message ?? body.detail];
    };
    const [a, b, c, d] = trackers.map(({ id }) => id) as [number, number, number, number];
    const before = await worked();
    // Each key goes to the tracker that is so many places further.
    const places = fc.array(fc.nat(3), { minLength: 6, maxLength: 6 });
    const property = fc.asyncProperty(places, async (shifts) => {
      const now = await holders();
      const ids = [a, b, c, d];
      const keys = now.flatMap(({ key, id }, i) => {
        const to = ids[(ids.indexOf(id) + shifts[i]!) % 4]!;
        return to === id ? [] : [{ hashedKey: key, fromTrackerId: id, toTrackerId: to }];
      });
      const after = now.map(({ key, id }) => keys.find(({ hashedKey }) => hashedKey === key)?.toTrackerId ?? id);
      if (keys.length === 0) return;
      if (ids.some((id) => !after.includes(id))) {
        expect((await sentence(keys))[0]).toBe(422);
        expect(await worked()).toEqual(before);
        return;
      }
      expect(await send(keys, { dryRun: true })).toMatchObject({ status: 200, body: { jobId: null } });
      expect(await worked()).toEqual(before);
      expect((await send(keys)).status).toBe(200);
      await fold();
      await expectReportsWithTheirKeys();
      await expectFreshFold();
      const numbers = await db.query<{ numbers: number[] }>(sql`
        select array_agg(number order by number)::int[] as numbers from device_keys group by tracker_id`);
      for (const row of numbers.rows) expect(row.numbers).toEqual(row.numbers.map((_, i) => i + 1));
      await send(
        keys.map(({ fromTrackerId, toTrackerId, ...key }) => ({
          ...key,
          fromTrackerId: toTrackerId,
          toTrackerId: fromTrackerId,
        })),
      );
      await fold();
      await expectReportsWithTheirKeys();
      expect(await worked()).toEqual(before);
    });
    await fc.assert(property, { numRuns: db.engine === 'embedded' ? 3 : 8, examples: [[[1, 3, 0, 0, 0, 0]]] });

    const now = await holders();
    const ofB = now.filter(({ id }) => id === b).map(({ key }) => key);
    const one = { hashedKey: ofB[1]!, fromTrackerId: b, toTrackerId: c };
    const { changes } = (await send([one], { dryRun: true })).body;
    expect(changes).toMatchObject([
      { tracker: { id: b }, keysBefore: 3, keysAfter: 2, reportsGot: 0 },
      { tracker: { id: c }, keysBefore: 1, keysAfter: 2, reportsGone: 0, fitsLabel: true },
    ]);
    expect(changes[0].reportsGone).toBe(changes[1].reportsGot);
    const ofA = now.find(({ id }) => id === a)!.key;
    expect(await sentence([{ hashedKey: ofA, fromTrackerId: a, toTrackerId: b }])).toEqual([
      422,
      expect.stringContaining(`Tracker ${a} would be left without keys`),
    ]);
    expect(await sentence([one, one])).toEqual([422, expect.stringContaining('listed twice')]);
    expect(await sentence([{ ...one, toTrackerId: b }])).toEqual([
      422,
      expect.stringContaining('already has this key'),
    ]);
    expect(await sentence([{ ...one, fromTrackerId: a }])).toEqual([
      409,
      expect.stringContaining(`belongs to tracker ${b} now`),
    ]);
    expect((await sentence([{ ...one, toTrackerId: 999_999 }]))[0]).toBe(404);
    expect(await worked()).toEqual(before);
  }, 300_000);
});
