import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Location } from '../../../../src-shared/contract/locations.ts';
import type { ReviewPin, ReviewTarget } from '../../../../src-shared/contract/reviews.ts';
import type { LocationKind, periods } from '../../../../src-shared/contract/status.ts';
import type {
  LocationReport,
  StatusHistoryEntry,
  Tracker,
  TrackerAggregate,
} from '../../../../src-shared/contract/trackers.ts';
import type { Store } from './store.ts';

/** Whose pins: a person, and the client they are confined to. Both must be as they were when it was read. */
export interface Reviewer {
  userId: number;
  clientId: number | null;
}

export interface TrackPoint {
  reportedAt: string;
  longitude: number;
  latitude: number;
  horizontalAccuracyM: number;
  status: Tracker['status'] | null;
  nearestCity: string | null;
}

/** All that is kept of one tracker. */
export interface ReviewedTracker {
  tracker: Tracker;
  track: TrackPoint[];
  history: StatusHistoryEntry[];
  reports: LocationReport[];
  aggregates: Record<(typeof periods)[number], TrackerAggregate[]>;
}

const pack = (value: unknown) => deflateRawSync(JSON.stringify(value));
const unpack = <T>(bytes: Uint8Array) => JSON.parse(inflateRawSync(bytes).toString()) as T;
const own = 'p.user_id = ? and p.client_id is ?';

interface PinRow {
  id: number;
  target: string;
  label: string;
  from: string;
  to: string;
  state: Exclude<ReviewPin['state'], 'waiting'>;
  done: number;
  total: number | null;
  error: string | null;
  loadedAt: number | null;
  bytes: number;
  trackers: number;
}

export function listPins(store: Store, { userId, clientId }: Reviewer): ReviewPin[] {
  return store
    .all<PinRow>(
      `select p.id, p.target, p.label, p.from_at as "from", p.to_at as "to", p.state, p.done, p.total, p.error,
         p.loaded_at as loadedAt, count(t.tracker_id) as trackers, coalesce(sum(length(t.document) + length(t.track)
         + length(t.history) + length(t.reports) + length(t.aggregates)), 0) as bytes
       from review_pins p left join review_trackers t on t.pin_id = p.id
       where ${own} group by p.id order by p.id desc`,
      userId,
      clientId,
    )
    .map(({ target, loadedAt, ...row }) => ({
      ...row,
      // Stored as one that is being read, with the reason why it isn't.
      state: row.state === 'loading' && row.error !== null ? ('waiting' as const) : row.state,
      target: JSON.parse(target) as ReviewTarget,
      loadedAt: loadedAt === null ? null : new Date(loadedAt).toISOString(),
    }));
}

export const insertPin = (
  store: Store,
  { userId, clientId }: Reviewer,
  pin: { target: ReviewTarget; label: string; from: string; to: string },
  now: number,
): number =>
  store.get<{ id: number }>(
    `insert into review_pins (user_id, client_id, target, label, from_at, to_at, state, created_at)
     values (?, ?, ?, ?, ?, ?, 'loading', ?) returning id`,
    userId,
    clientId,
    JSON.stringify(pin.target),
    pin.label,
    pin.from,
    pin.to,
    now,
  )!.id;

export const setPinState = (
  store: Store,
  pinId: number,
  pin: { state: PinRow['state']; done: number; total: number | null; error?: string | null; loadedAt?: number },
) =>
  store.run(
    'update review_pins set state = ?, done = ?, total = ?, error = ?, loaded_at = coalesce(?, loaded_at) where id = ?',
    pin.state,
    pin.done,
    pin.total,
    pin.error ?? null,
    pin.loadedAt ?? null,
    pinId,
  );

/** Removes what a pin holds in steps, each of which blocks for some milliseconds; false once all of it is gone. */
export const deletePinStep = (store: Store, pinId: number): boolean =>
  store.run(
    `delete from review_trackers where pin_id = ? and tracker_id in
       (select tracker_id from review_trackers where pin_id = ? limit 50)`,
    pinId,
    pinId,
  ) > 0;

/** The pin and what is left of it. */
export const deletePin = (store: Store, pinId: number) => store.run('delete from review_pins where id = ?', pinId);
export const deletePins = (store: Store) => store.run('delete from review_pins');

/** What was being read when the console ended waits to be read on. */
export const waitUnfinished = (store: Store) =>
  store.run("update review_pins set error = coalesce(error, ?) where state = 'loading'", WAITS);

export const WAITS = 'The connection was lost. It continues when the database answers.';

/** Pins to be read: those that wait, and those that were read before an instant (milliseconds). Whose they are is part. */
export const pinsToRead = (store: Store, before: number): { reviewer: Reviewer; pin: ReviewPin }[] =>
  store
    .all<{ id: number; userId: number; clientId: number | null }>(
      `select id, user_id as userId, client_id as clientId from review_pins
       where state = 'loading' or (state = 'ready' and loaded_at < ?) order by state, id`,
      before,
    )
    .flatMap(({ id, ...reviewer }) =>
      listPins(store, reviewer).flatMap((pin) => (pin.id === id ? [{ reviewer, pin }] : [])),
    );

/** The trackers of a pin that were read in a try that was broken off, and the instant that marks it; null for none. */
export function brokenOff(store: Store, pinId: number): { at: number; ids: Set<number> } | null {
  const row = store.get<{ at: number | null }>(
    `select max(t.loaded_at) as at from review_trackers t join review_pins p on p.id = t.pin_id
     where p.id = ? and t.loaded_at > coalesce(p.loaded_at, 0)`,
    pinId,
  );
  if (!row?.at) return null;
  const rows = store.all<{ id: number }>(
    'select tracker_id as id from review_trackers where pin_id = ? and loaded_at = ?',
    pinId,
    row.at,
  );
  return { at: row.at, ids: new Set(rows.map(({ id }) => id)) };
}

export function putReviewed(store: Store, pinId: number, loadedAt: number, items: readonly ReviewedTracker[]): void {
  store.write(() => {
    for (const { tracker, track, history, reports, aggregates } of items) {
      store.run(
        'insert or replace into review_trackers values (?, ?, ?, ?, ?, ?, ?, ?)',
        pinId,
        tracker.id,
        loadedAt,
        JSON.stringify(tracker),
        pack(track),
        pack(history),
        pack(reports),
        pack(aggregates),
      );
    }
  });
}

export function putLocations(
  store: Store,
  pinId: number,
  loadedAt: number,
  kind: LocationKind,
  items: readonly Location[],
): void {
  store.write(() => {
    for (const item of items)
      store.run(
        'insert or replace into review_locations values (?, ?, ?, ?, ?)',
        pinId,
        kind,
        item.id,
        loadedAt,
        JSON.stringify(item),
      );
  });
}

/** Forgets what is no longer in the pin: read before, but not this time. */
export const forgetOlder = (store: Store, pinId: number, loadedAt: number) =>
  store.write(() => {
    store.run('delete from review_trackers where pin_id = ? and loaded_at < ?', pinId, loadedAt);
    store.run('delete from review_locations where pin_id = ? and loaded_at < ?', pinId, loadedAt);
  });

/** Where the trackers of a pin were, track by track. */
export function* reviewedTracks(store: Store, pinId: number): Generator<TrackPoint[]> {
  const ids = store.all<{ id: number }>('select tracker_id as id from review_trackers where pin_id = ?', pinId);
  for (const { id } of ids) {
    const row = store.get<{ track: Uint8Array }>(
      'select track from review_trackers where pin_id = ? and tracker_id = ?',
      pinId,
      id,
    );
    if (row) yield unpack<TrackPoint[]>(row.track);
  }
}

/** One tracker of the person's pins, as it was read last. Plan: review_trackers_tracker. */
export function findReviewed(
  store: Store,
  { userId, clientId }: Reviewer,
  trackerId: number,
): (ReviewedTracker & { loadedAt: number }) | null {
  const row = store.get<{
    document: string;
    track: Uint8Array;
    history: Uint8Array;
    reports: Uint8Array;
    aggregates: Uint8Array;
    loadedAt: number;
  }>(
    `select t.document, t.track, t.history, t.reports, t.aggregates, t.loaded_at as loadedAt
     from review_trackers t join review_pins p on p.id = t.pin_id
     where t.tracker_id = ? and ${own} order by t.loaded_at desc limit 1`,
    trackerId,
    userId,
    clientId,
  );
  if (!row) return null;
  return {
    tracker: JSON.parse(row.document) as Tracker,
    track: unpack<TrackPoint[]>(row.track),
    history: unpack<StatusHistoryEntry[]>(row.history),
    reports: unpack<LocationReport[]>(row.reports),
    aggregates: unpack<ReviewedTracker['aggregates']>(row.aggregates),
    loadedAt: row.loadedAt,
  };
}

/** Every tracker of the person's pins once, and how old the oldest of them is. */
export function allReviewed(
  store: Store,
  { userId, clientId }: Reviewer,
): { trackers: Tracker[]; loadedAt: number | null } {
  const rows = store.all<{ document: string; loadedAt: number }>(
    `select t.document, max(t.loaded_at) as loadedAt from review_trackers t join review_pins p on p.id = t.pin_id
     where ${own} group by t.tracker_id`,
    userId,
    clientId,
  );
  const loadedAt = rows.length === 0 ? null : Math.min(...rows.map((row) => row.loadedAt));
  return { trackers: rows.map((row) => JSON.parse(row.document) as Tracker), loadedAt };
}

export const reviewedLocations = (store: Store, { userId, clientId }: Reviewer, kind: LocationKind): Location[] =>
  store
    .all<{ document: string }>(
      `select l.document, max(l.loaded_at) from review_locations l join review_pins p on p.id = l.pin_id
       where l.kind = ? and ${own} group by l.location_id order by l.location_id`,
      kind,
      userId,
      clientId,
    )
    .map((row) => JSON.parse(row.document) as Location);
