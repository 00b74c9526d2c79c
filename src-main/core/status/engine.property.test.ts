import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Position } from '../../../src-shared/domain/geo/distance.ts';
import { type HourBucket, hourStart } from '../../../src-shared/domain/status/aggregate.ts';
import { addedUp, type StatusChange } from '../../../src-shared/domain/status/status-changes.ts';
import { type StatusRules, unknownState } from '../../../src-shared/domain/status/types.ts';
import { createConsoleStatusEngine } from '../app/console-status-engine.ts';
import { epochMs } from '../platform/db/epoch.ts';
import type { Scope } from '../platform/db/queryable.ts';
import { insertIds, insertRun, insertTrackers, insertUser } from '../testing/company.ts';
import { miscounted } from '../testing/counts.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { correctPeriod } from '../trackers/correct-period.ts';
import { moveTrackers, refoldMoved } from '../trackers/move-trackers.ts';
import { takeUpPresentFences } from './fences-in-time.ts';
import { queueRefold } from './refold-queue-store.ts';
import { FenceInTime } from './testing/fence-in-time.ts';
import { inWindow, seenBy, toBeSeen } from './testing/seen-by.ts';
import {
  expected,
  fencesChanged,
  ingest,
  insertFence,
  type MadeFence,
  type MadeReport,
  offset,
  outlineText,
  setStatusRules,
} from './testing/status-world.ts';
import { MINUTE, SLOTS, START, slotAt, TimeInRuns } from './testing/time-in-runs.ts';

const now = new Date(START);

/** Ordinary, on the antimeridian, at both poles. */
const places = [
  { longitude: 8.54, latitude: 47.37 },
  { longitude: 180, latitude: -16.5 },
  { longitude: 12, latitude: 90 },
  { longitude: 0, latitude: -89.9999 },
];
const metres = fc.integer({ min: -8, max: 8 }).map((n) => n * 40);
const fences = fc.array(
  fc.record({
    kind: fc.constantFrom('storage' as const, 'delivery' as const),
    radiusM: fc.constantFrom(60, 100, 250),
    east: metres,
    north: metres,
    by: fc.constantFrom('column' as const, 'table' as const, 'other run' as const),
    isOutline: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);
const reports = fc.array(
  fc.record({
    tracker: fc.nat(2),
    at: fc.integer({ min: 0, max: SLOTS }).map(slotAt),
    n: fc.nat(2),
    east: metres,
    north: metres,
    accuracyM: fc.constantFrom(0, 8, 35, 120, 255),
    empty: fc.integer({ min: 0, max: 12 }).map((n) => n === 0),
    // Most arrive in order; some hours or days late.
    late: fc.constantFrom(0, 0, 0, 0, 0, 10 * MINUTE, 300 * MINUTE, 3000 * MINUTE),
  }),
  { minLength: 5, maxLength: 60 },
);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('ingest' as const),
      count: fc.integer({ min: 1, max: 12 }),
      drain: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('repeat' as const), count: fc.integer({ min: 1, max: 10 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('fence' as const),
      which: fc.nat(),
      at: fc.nat(SLOTS),
      // Corrected, or changed since; archived or restored; attached to a run or detached.
      change: fc.oneof(
        fc.record({
          radiusM: fc.constantFrom(60, 100, 250),
          east: metres,
          isOutline: fc.boolean(),
          since: fc.oneof(fc.constant(null), fc.nat(SLOTS)),
        }),
        fc.constant('archive' as const),
        fc.nat(1),
      ),
      namesFinished: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('move' as const),
      tracker: fc.nat(2),
      run: fc.nat(3),
      at: fc.nat(SLOTS),
      since: fc.oneof(fc.constantFrom(null, 'now' as const), fc.nat(SLOTS)),
      // Reports that are being stored while it moves.
      meanwhile: fc.nat(4),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('correct' as const),
      tracker: fc.nat(2),
      period: fc.nat(5),
      run: fc.nat(2),
      meanwhile: fc.nat(4),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('dates' as const),
      first: fc.nat(3),
      days: fc.nat(3),
      meanwhile: fc.nat(4),
    }),
  },
);
const scenario = fc.record({
  place: fc.constantFrom(...places),
  fences,
  reports,
  steps: fc.array(step, { maxLength: 16 }),
  /** Whether the runs are over when all is folded. */
  isOver: fc.boolean(),
  rules: fc.record<StatusRules>({
    exitConfirmations: fc.constantFrom(1, 1, 2, 3),
    maxAccuracyM: fc.constantFrom(null, null, 100),
  }),
});

/**
 * A circle, or a square as the nth outline. Squares differ in size, so that none has the area of another, and no report's
 * distance from one is a sum of a margin and an accuracy. None goes round a pole.
 */
function shapeOf(place: Position, east: number, north: number, n: number | null, radiusM: number): MadeShape {
  const half = 97 + 3 * (n ?? 0);
  const isRoundPole = Math.abs(place.latitude) > 89 && Math.max(Math.abs(east), Math.abs(north)) < half + 20;
  const position = offset(place, east, north);
  if (n === null || isRoundPole) return { position, radiusM };
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([x, y]) => offset(place, east + x! * half, north + y! * half));
  return { position, corners, radiusM: radiusM === 60 ? 0 : 33 };
}
type MadeShape = Pick<MadeFence, 'position' | 'corners' | 'radiusM'>;

type MadeRun = { runId: number; clientId: number };

type Counted = { run: number | null; from: number; history: { status: StatusChange['status']; enteredAt: number }[] };
/** An entry counts in its run until the next one of its part, or until the tracker comes back to the run. */
function countsOf({ run, history }: Counted, later: readonly Counted[]): StatusChange[] {
  if (run === null) return [];
  const again = later.find((one) => one.run === run)?.from;
  return history.flatMap(({ status, enteredAt }, i) => {
    const ceases = history[i + 1]?.enteredAt ?? again;
    const change = { productionRunId: run, status };
    return [
      { ...change, hour: hourStart(enteredAt), entered: 1, left: 0 },
      ...(ceases === undefined ? [] : [{ ...change, hour: hourStart(ceases), entered: 0, left: 1 }]),
    ];
  });
}

describe.each(testEngines())('the status engine on $name', (engine) => {
  let database: TestDatabase;
  let runs: MadeRun[];
  let viewers: (Scope & { kind: 'user' })[];
  beforeAll(async () => {
    database = await engine.create();
    // A zone far from UTC, so that dates and instants differ.
    runs = [
      await insertRun(database.db, 'first', '2026-02-26', '2026-03-01', 'Pacific/Auckland'),
      await insertRun(database.db, 'second', '2026-02-26', '2026-03-01'),
    ];
    const [third] = await insertIds(
      database.db,
      sql`insert into production_runs (brand_id, name, start_date, end_date)
        select brand_id, 'third', start_date, end_date from production_runs where id = ${runs[0]!.runId} returning id`,
    );
    const { clientId } = runs[0]!;
    runs.push({ runId: third!, clientId });
    viewers = await Promise.all(
      runs.slice(0, 2).map(async (run) => ({
        kind: 'user' as const,
        userId: await insertUser(database.db, `viewer of ${run.clientId}`, 'client-viewer', run.clientId),
        clientId: run.clientId,
      })),
    );
  });
  afterAll(() => database.close());

  it('ends in what the rules say by brute force, whatever arrives when and whatever changes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ place, steps, rules, isOver, ...made }) => {
        const { db } = database;
        const [first, second, third] = runs as [MadeRun, MadeRun, MadeRun];
        const clock = { now };
        await db.query(sql`delete from status_history`);
        await db.query(sql`delete from location_reports`);
        await db.query(sql`delete from trackers`);
        await db.query(sql`delete from locations`);
        await db.query(sql`delete from run_status_changes`);
        await db.query(sql`update production_runs set start_date = '2026-02-26', end_date = '2026-03-01'`);
        const trackers = await insertTrackers(db, { count: 3, runId: first.runId });
        const times = trackers.map(() => new TimeInRuns(first.runId));
        await setStatusRules(db, rules, now);

        const placed: FenceInTime[] = [];
        let fencesAt = 0;
        for (const [n, { kind, east, north, by, ...more }] of made.fences.entries()) {
          const shape = shapeOf(place, east, north, more.isOutline ? n : null, more.radiusM);
          const direct = by === 'column' ? first.runId : by === 'other run' ? second.runId : null;
          const id = await insertFence(db, { kind, ...shape, runId: direct });
          if (by === 'table') await db.query(sql`insert into production_run_locations values (${first.runId}, ${id})`);
          await fencesChanged(db, [id]);
          const fence = new FenceInTime({ id, kind, ...shape }, [direct ?? first.runId]);
          fence.count(runs.map(({ runId }) => runId));
          placed.push(fence);
        }
        const all = made.reports.map((report) => ({
          arrivesAt: report.at + report.late,
          trackerId: trackers[report.tracker]!.id,
          at: report.at,
          n: report.n,
          position: report.empty ? null : offset(place, report.east, report.north),
          accuracyM: report.empty ? 0 : report.accuracyM,
        }));
        // Reports of one key are one report, whatever else they say.
        const unique = [
          ...new Map(all.map((report) => [`${report.trackerId} ${report.at} ${report.n}`, report])).values(),
        ];
        const waiting: MadeReport[] = unique.sort((a, b) => a.arrivesAt - b.arrivesAt);
        const arrived: MadeReport[] = [];
        const take = (count: number) => {
          const batch = waiting.splice(0, count);
          arrived.push(...batch);
          return batch;
        };
        for (const action of [...steps, { type: 'ingest' as const, count: unique.length, drain: true }]) {
          if (action.type === 'ingest') {
            await ingest(db, take(action.count));
            if (action.drain) await engineOf(db).drain();
          } else if (action.type === 'repeat') await ingest(db, arrived.slice(-action.count));
          else if (action.type === 'move') {
            const productionRunId = [null, first.runId, second.runId, third.runId][action.run]!;
            const { id } = trackers[action.tracker]!;
            // Within one client it may replace a period as a whole, which depends on what is folded: see move-trackers.
            const isWithin = third.runId === productionRunId || times[action.tracker]!.present() === third.runId;
            const since = isWithin ? (action.since ?? 'now') : action.since;
            const isAllowed = times[action.tracker]!.move(productionRunId, action.at, since);
            const move = {
              trackerIds: [id],
              productionRunId,
              now: new Date(slotAt(action.at)),
              since: typeof since === 'number' ? slotAt(since) : (since ?? undefined),
            };
            const moving = db.transaction({ kind: 'system' }, async (tx) =>
              refoldMoved(tx, await moveTrackers(tx, move), now),
            );
            await Promise.all([
              isAllowed ? moving : expect(moving).rejects.toMatchObject({ code: 'validation-failed' }),
              ingest(db, take(action.meanwhile)),
            ]);
          } else if (action.type === 'correct') {
            const { id } = trackers[action.tracker]!;
            const { rows: periods } = await db.query<{ id: number; run: number }>(sql`
              select id, production_run_id as run from run_periods where tracker_id = ${id} and voided_at is null
              order by starts_at`);
            const which = action.period % Math.max(1, periods.length);
            const productionRunId = runs[action.run]!.runId;
            const period = periods[which];
            if (period === undefined || period.run === productionRunId) continue;
            times[action.tracker]!.correct(which, productionRunId);
            const later = new Date(Date.UTC(2026, 3, 1));
            const correction = { trackerId: id, periodId: period.id, productionRunId, dryRun: false, now: later };
            await Promise.all([
              db.transaction({ kind: 'system' }, (tx) => correctPeriod(tx, correction)),
              ingest(db, take(action.meanwhile)),
            ]);
            // The clock of the engine stands where the runs may not be over.
            await db.query(sql`update status_pending set queued_at = ${now} where queued_at > ${now}`);
          } else if (action.type === 'dates') {
            const old = (await runWindows()).get(first.runId)!.startsAt;
            const changing = db.transaction({ kind: 'system' }, async (tx) => {
              await tx.query(sql`update production_runs set start_date = date '2026-02-26' + ${action.first}::integer,
                end_date = date '2026-02-26' + ${action.first + action.days}::integer where id = ${first.runId}`);
              const from = Math.min(old, START + action.first * 24 * 60 * MINUTE - 13 * 60 * MINUTE);
              await queueRefold(tx, { productionRunIds: [first.runId] }, 'run dates changed', now, { from });
            });
            await Promise.all([changing, ingest(db, take(action.meanwhile))]);
            if ((await runWindows()).get(first.runId)!.endsAt > slotAt(fencesAt)) {
              for (const fence of placed) fence.count([first.runId]);
              await db.transaction({ kind: 'system' }, async (tx) => {
                const effect = await takeUpPresentFences(tx, first.runId);
                if (effect) await queueRefold(tx, { productionRunIds: [first.runId] }, 'run dates changed', now);
              });
            }
          } else {
            const fence = placed[action.which % placed.length]!;
            fencesAt = Math.max(fencesAt, action.at);
            const at = new Date(slotAt(fencesAt));
            const { change } = action;
            let since: number | null = null;
            if (change === 'archive') {
              fence.archive(!fence.isArchived(), fencesAt);
              const archivedAt = fence.isArchived() ? at : null;
              await db.query(sql`update locations set archived_at = ${archivedAt} where id = ${fence.id}`);
            } else if (typeof change === 'number') {
              const { runId } = runs[change]!;
              if (fence.isAttached(runId)) {
                fence.detach(runId, fencesAt);
                await db.query(sql`delete from production_run_locations
                  where location_id = ${fence.id} and production_run_id = ${runId}`);
                await db.query(sql`update locations set production_run_id = null
                  where id = ${fence.id} and production_run_id = ${runId}`);
              } else {
                fence.attach(runId, fencesAt);
                await db.query(sql`insert into production_run_locations values (${runId}, ${fence.id})`);
              }
            } else {
              const n = change.isOutline ? placed.indexOf(fence) : null;
              const shape = shapeOf(place, change.east, 0, n, change.radiusM);
              since = change.since === null ? null : slotAt(change.since);
              fence.look(shape, change.since);
              await db.query(sql`update locations set geofence_radius_m = ${shape.radiusM},
                position = ST_MakePoint(${shape.position.longitude}, ${shape.position.latitude})::geography,
                outline = ${outlineText(shape.corners)}::geography where id = ${fence.id}`);
            }
            const ends = await runWindows();
            const over = runs.map(({ runId }) => runId).filter((id) => ends.get(id)!.endsAt <= at.getTime());
            const finishedRunIds = action.namesFinished ? over : [];
            fence.count(runs.map(({ runId }) => runId).filter((id) => action.namesFinished || !over.includes(id)));
            await fencesChanged(db, [fence.id], { now: at, since, finishedRunIds });
          }
        }
        clock.now = new Date(isOver ? Date.UTC(2026, 3, 1) : START);
        await engineOf(db).drain();
        if (isOver) await engineOf(db, clock).assess();

        expect(await miscounted(db)).toEqual([]);
        const windows = await runWindows();
        const changes: StatusChange[] = [];
        for (const [i, tracker] of trackers.entries()) {
          const own = arrived.filter((report) => report.trackerId === tracker.id);
          // Each stretch of time by itself, as if the tracker had never been anywhere else.
          const stretches = times[i]!.stretches().map(({ run, from, to }) => {
            const counting = placed.flatMap((fence) => fence.countedIn(run));
            const window = windows.get(run ?? 0) ?? null;
            const within = own.filter(({ at }) => at >= from && at < to);
            const wanted = expected(within, counting, window, rules);
            const end = to < Infinity || isOver ? Math.min(to, window?.endsAt ?? Infinity) : Infinity;
            const last = wanted.history.at(-1);
            if (last && end < Infinity) last.leftAt = end;
            return { ...wanted, run, from, reports: within };
          });
          changes.push(...stretches.flatMap((one, n) => countsOf(one, stretches.slice(n + 1))));
          expect(await storedHistory(tracker.id)).toEqual(stretches.flatMap(({ history }) => history));
          expect(await storedLeftOut(tracker.id)).toEqual(
            Object.assign({}, ...stretches.map(({ leftOut }) => leftOut)),
          );
          expect(await storedStamps(tracker.id)).toEqual(
            stretches
              .flatMap(({ run, reports: within }) => {
                const window = windows.get(run ?? 0);
                const { clientId = null } = runs.find(({ runId }) => runId === run) ?? {};
                return within.map(({ at }) =>
                  window && at >= window.startsAt && at < window.endsAt
                    ? { at, run, clientId }
                    : { at, run: null, clientId: null },
                );
              })
              .sort((a, b) => a.at - b.at),
          );
          expect(await storedBuckets(tracker.id, 'hour')).toEqual(stretches.flatMap(({ hours }) => hours));
          expect(await storedBuckets(tracker.id, 'day')).toEqual(stretches.flatMap(({ days }) => days));
          // As each client's viewer reads it, and as staff: a client has its own stretches, within the dates of the runs.
          for (const reader of [...viewers, { ...viewers[0]!, clientId: null }]) {
            const ofStaff = reader.clientId === null;
            const own = runs
              .filter(({ clientId }) => ofStaff || clientId === reader.clientId)
              .map(({ runId }) => runId);
            const mine = stretches.filter(({ run }) => ofStaff || own.includes(run!));
            const told = mine.map((one) =>
              ofStaff ? one : { ...one, reports: inWindow(one.reports, windows.get(one.run!)!) },
            );
            const wanted = toBeSeen(told, own.includes(stretches.at(-1)!.run!));
            const { row, ...seen } = await seenBy(db, reader, tracker.id, clock.now);
            // The row tells staff of all time.
            if (!ofStaff) expect(row).toEqual(wanted.row);
            expect({ ...seen, row: null }).toEqual({ ...wanted, row: null });
          }
          const present = stretches.at(-1)!;
          expect(await storedState(tracker.id)).toEqual(present.run === null ? unknownState : present.last);
        }
        expect(await countedChanges()).toEqual(
          addedUp(changes).map(({ productionRunId, hour, ...change }) => ({
            run: productionRunId,
            at: new Date(hour),
            ...change,
          })),
        );
        const left = await db.query(sql`select from status_pending`);
        expect(left.rowCount).toBe(0);
        const odd = await db.query(sql`select from status_history
          where (superseded_at is null) <> (superseded_reason is null) or left_at < entered_at`);
        expect(odd.rowCount).toBe(0);
      }),
      { numRuns: engine.name === 'embedded' ? 12 : 40 },
    );
  }, 240_000);

  /** Passes so small that most folds take several. */
  const engineOf = (db: TestDatabase['db'], clock = { now }) =>
    createConsoleStatusEngine({
      db,
      publish: () => undefined,
      log: throwErrors,
      now: () => clock.now,
      limits: { trackers: 2, reports: 15 },
    });
  const throwErrors = (level: string, message: string, fields: Record<string, unknown>) => {
    if (level === 'error') throw new Error(message, { cause: fields.error });
  };

  async function runWindows() {
    const { rows } = await database.db.query<{ id: number; startsAt: number; endsAt: number }>(sql`
      select id, ${epochMs('run_starts_at(r)')} as "startsAt", ${epochMs('run_ends_at(r)')} as "endsAt"
      from production_runs r`);
    return new Map(rows.map(({ id, ...window }) => [id, window]));
  }
  /** What the run's hours say, and what they are the sum of. */
  async function countedChanges() {
    const { rows } = await database.db.query(sql`
      select production_run_id as run, bucket_start as at, status, entered, left_count as left from run_status_changes
      where entered <> 0 or left_count <> 0 order by 1, 2, 3`);
    return rows;
  }
  async function storedHistory(trackerId: number) {
    const { rows } = await database.db.query(sql`
      select status, location_id as "locationId", substr(encode(cause_payload_hash, 'hex'), 1, 12) as cause,
        ${epochMs('entered_at')} as "enteredAt", ${epochMs('left_at')} as "leftAt"
      from status_history where tracker_id = ${trackerId} and superseded_at is null
      order by cause_reported_at, cause_payload_hash`);
    return rows;
  }
  async function storedLeftOut(trackerId: number) {
    const { rows } = await database.db.query<{ hash: string; reason: string }>(sql`
      select encode(payload_hash, 'hex') as hash, left_out_reason as reason from location_reports
      where tracker_id = ${trackerId}`);
    return Object.fromEntries(rows.map(({ hash, reason }) => [hash, reason]));
  }
  /** Reports of one time have one stamp. */
  async function storedStamps(trackerId: number) {
    const { rows } = await database.db.query(sql`
      select ${epochMs('r.reported_at')} as at, p.production_run_id as run, r.client_id as "clientId"
      from location_reports r left join run_periods p on p.id = r.run_period_id
      where r.tracker_id = ${trackerId} order by r.reported_at`);
    return rows;
  }
  async function storedBuckets(trackerId: number, period: 'hour' | 'day'): Promise<HourBucket[]> {
    const { rows } = await database.db.query<
      HourBucket & { sums: never; w: number; x: number; y: number; z: number }
    >(sql`
      select ${epochMs('bucket_start')} as "startsAt", report_count as count,
        ${epochMs('first_reported_at')} as "firstAt", ${epochMs('last_reported_at')} as "lastAt", weight_sum as w,
        x_sum as x, y_sum as y, z_sum as z, distance_m as "distanceM", status_at_end as "statusAtEnd"
      from tracker_aggregates where tracker_id = ${trackerId} and period = ${period}
      order by bucket_start, first_reported_at`);
    return rows.map(({ w, x, y, z, ...bucket }) => ({ ...bucket, sums: { weight: w, x, y, z } }));
  }
  async function storedState(trackerId: number) {
    const { rows } = await database.db.query<{ lastAt: number | null; lastHash: string }>(sql`
      select status, location_id as "locationId", ${epochMs('status_since')} as since, exit_streak as "exitStreak",
        ${epochMs('exit_since')} as "exitSince", ${epochMs('folded_at')} as "lastAt",
        encode(folded_hash, 'hex') as "lastHash" from tracker_status where tracker_id = ${trackerId}`);
    const { lastAt, lastHash, ...state } = rows[0]!;
    return { ...state, last: lastAt === null ? null : { at: lastAt, hash: lastHash } };
  }
});
