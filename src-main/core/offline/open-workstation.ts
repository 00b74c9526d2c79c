import type { Logger } from 'pino';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { Database } from '../platform/db/queryable.ts';
import type { EventBus } from '../platform/events/bus.ts';
import { type Clock, WRONG_CLOCK_MS } from './clock.ts';
import { guardDatabase } from './link/guarded-database.ts';
import { createLink, type Link } from './link/link.ts';
import type { Probe } from './link/probe.ts';
import { refreshPeople, tellSessions } from './people.ts';
import { replayOutbox, whyNotSent } from './replay/replay.ts';
import { keepReviewsFresh } from './reviews/keep-fresh.ts';
import { writeFact } from './store/facts-store.ts';
import { anyWaiting, countOutbox, nextWaiting, pruneOutbox } from './store/outbox-store.ts';
import type { Store } from './store/store.ts';
import { forgetMarks, recogniseDatabase, refreshCopy, refreshOrders } from './sync/sync.ts';
import { syncDifferences } from './sync/sync-differences.ts';
import type { Workstation } from './workstation.ts';

/** How often the copy is brought up to date; an order's event brings it sooner. */
const SYNC_MS = 5_000;
const SYNC_SOON_MS = 400;
/** How often what is remembered of people is looked at. */
const PEOPLE_MS = 60_000;
const KEPT_DAYS = 30;

export interface OpenedWorkstation {
  workstation: Workstation;
  /** The central database for everything but this workstation's own work: fails at once while it is out of reach. */
  db: Database;
  /**
   * Begins to watch, send and copy. `prepare` runs once, before anything else, on a database that answers; while it
   * fails, the link stays down.
   */
  start(reachable: boolean, prepare: () => Promise<void>): void;
  stop(): Promise<void>;
}

export interface WorkstationDeps {
  store: Store;
  db: Database;
  /** Null with the embedded engine, which is never out of reach. */
  probe: Probe | null;
  /** How long the central database has to answer; see LinkDeps. */
  askMs?: number | undefined;
  clock: Clock;
  log: Logger;
  events: () => EventBus;
}

/** Joins store, link and copies into this console's workstation. */
export function openWorkstation(deps: WorkstationDeps): OpenedWorkstation {
  const { store, db, clock, log } = deps;
  const publish = (event: ServerEvent) => deps.events().publish(event);
  const touched = new Set<number>();
  let prepare: () => Promise<void> = async () => undefined;
  let prepared = false;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let syncing: Promise<void> | null = null;
  let peopleAt = 0;
  let contactWritten = 0;
  let delayReason: string | null = null;
  let unsubscribe = () => {};

  const link: Link = deps.probe
    ? createLink({
        probe: deps.probe,
        askMs: deps.askMs,
        abandon: () => db.abandon(),
        own: clock.own,
        progress: () => (prepared ? countOutbox(store).waiting : null),
        drained: () => workstation.problem !== null || !anyWaiting(store),
        catchUp,
        measured: (centralTime, ownTime) => {
          clock.measured(centralTime, ownTime);
          contact();
        },
        changed: (state) => {
          log.warn({ state }, 'link to the central database');
          forgetMarks(workstation);
          // What was said about a database that answered says nothing about one that doesn't.
          if (state === 'offline') workstation.delay = delayReason = null;
          publish({ type: 'workstation' });
          if (state === 'online') syncSoon(0);
        },
        warn: (error, message) => log.error({ err: error }, message),
      })
    : alwaysOnline(clock);
  const workstation: Workstation = {
    store,
    link,
    clock,
    log,
    keepsCopy: deps.probe !== null,
    problem: null,
    delay: null,
  };

  /** Notes the last contact now and then, and how wrong the clock is. */
  function contact(): void {
    const now = clock.now().getTime();
    if (link.state() !== 'online' || Math.abs(now - contactWritten) < 10_000) return;
    contactWritten = now;
    if (Math.abs(clock.offset()) > WRONG_CLOCK_MS)
      log.warn({ offsetMs: clock.offset() }, 'the clock of this workstation is wrong; times are corrected');
    store.write(() => {
      writeFact(store, 'contact-at', now);
      writeFact(store, 'clock-offset', clock.offset());
    });
  }

  async function catchUp(): Promise<boolean> {
    if (!prepared) {
      await prepare();
      prepared = true;
    }
    try {
      await sendAll();
      delayedBy(null);
      return true;
    } catch (error) {
      if (!stopped) delayedBy(error);
      return false;
    }
  }

  /** Says why sending must wait, to people and in the log: once, however often it is tried for the same reason. */
  function delayedBy(error: unknown): void {
    const reason = error === null ? null : error instanceof Error ? error.message : String(error);
    if (reason === delayReason) return;
    delayReason = reason;
    workstation.delay =
      error === null
        ? null
        : `The waiting scans could not be sent yet. The console tries again by itself. ${whyNotSent(error)}`;
    if (error !== null) {
      const mutationId = nextWaiting(store, 1)[0]?.mutationId;
      log.error({ err: error, mutationId }, 'what was done offline could not be sent; it is tried again');
    }
    publish({ type: 'workstation' });
  }

  async function sendAll(): Promise<void> {
    const central = { db, events: deps.events(), now: clock.now, log };
    await recogniseDatabase(workstation, db);
    if (workstation.problem !== null) return;
    await tellSessions(workstation, central);
    for (const id of await replayOutbox(workstation, central)) touched.add(id);
    // Counts that leave out what still waits would let too many in.
    if (anyWaiting(store)) return;
    const ids = [...touched];
    touched.clear();
    await refreshOrders(store, db, ids, () => !anyWaiting(store));
    await syncDifferences(workstation, db);
    if (ids.length > 0) publish({ type: 'workstation' });
  }

  function syncSoon(ms: number): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(sync, ms);
  }
  function sync(): void {
    if (stopped || syncing) return;
    if (link.state() !== 'online') {
      syncSoon(SYNC_MS);
      return;
    }
    syncing = (async () => {
      await refreshCopy(workstation, db);
      if (await syncDifferences(workstation, db)) publish({ type: 'workstation' });
      void keepReviewsFresh(workstation, { db, now: clock.now, log }).catch((error: unknown) =>
        log.warn({ err: error }, 'pinned reviews could not be read again'),
      );
      const now = clock.own();
      if (now - peopleAt < PEOPLE_MS) return;
      peopleAt = now;
      await refreshPeople(workstation, db);
      pruneOutbox(store, clock.now().getTime() - KEPT_DAYS * 86_400_000);
    })()
      .catch((error: unknown) => {
        log.warn({ err: error }, 'the copy on this workstation could not be brought up to date');
      })
      .finally(() => {
        syncing = null;
        syncSoon(SYNC_MS);
      });
  }

  return {
    workstation,
    db: deps.probe ? guardDatabase(db, () => link) : db,
    start(reachable, before) {
      prepare = before;
      if (!deps.probe) return;
      unsubscribe = deps.events().subscribe((event) => {
        if (event.type === 'order' && link.state() === 'online') syncSoon(SYNC_SOON_MS);
      });
      link.start(reachable);
      syncSoon(SYNC_SOON_MS);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      unsubscribe();
      link.stop();
      await syncing;
    },
  };
}

/** The embedded engine lives and dies with this process. */
const alwaysOnline = (clock: Clock): Link => {
  const since = clock.own();
  return {
    state: () => 'online',
    since: () => since,
    check: async () => true,
    guarded: (work) => work(),
    start: () => undefined,
    stop: () => undefined,
  };
};
