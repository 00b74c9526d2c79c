import { isRefusedForNow } from '../../platform/db/sqlstate.ts';
import { AppError } from '../../platform/errors.ts';
import type { Probe } from './probe.ts';

/**
 * online: the central database answers; offline: it does not, requests fail at once or are served from the
 * workstation's copy; catching-up: it answers again, and what was done meanwhile is being sent before anything new.
 */
export type LinkState = 'online' | 'catching-up' | 'offline';

export interface Link {
  state(): LinkState;
  /** When the present state began, by this console's own clock. */
  since(): number;
  /** Asks the database now; when it does not answer, the link is lost. Questions at the same time share one. */
  check(): Promise<boolean>;
  /**
   * Runs work on the database without letting it hang: if it takes long or fails, the link is checked, and the work is
   * given up when the database is gone. `again` allows a second try after a connection that broke by itself. Rejects
   * with AppError `unavailable` when the database can't be reached.
   */
  guarded<T>(work: () => Promise<T>, again: boolean): Promise<T>;
  start(reachable: boolean): void;
  stop(): void;
}

export interface LinkDeps {
  probe: Probe;
  /** Ends what hangs on dead connections. */
  abandon: () => void;
  /**
   * Sends what was done meanwhile; while it runs the state is catching-up. Resolves with false when something must wait:
   * the state stays, and it is tried again, less and less often. When it rejects the link is lost again.
   */
  catchUp: () => Promise<boolean>;
  /** A figure that changes as sending goes on; null while it may well take long without. */
  progress?: () => number | null;
  /** Whether nothing waits to be sent. */
  drained: () => boolean;
  /** After every change of state. */
  changed: (state: LinkState) => void;
  /** A measurement of the central clock against this console's own. */
  measured: (centralTime: number, ownTime: number) => void;
  own: () => number;
  /** Milliseconds that the database has to answer a question; ASK_MS unless given. */
  askMs?: number | undefined;
  warn: (error: unknown, message: string) => void;
}

/** After this long it is worth asking whether the database is still there. */
export const PATIENCE_MS = 600;
/** The database has this long to answer a question, and to let a connection in; the probe gives a slow network longer. */
export const ASK_MS = 700;
/** The first time, when much else is being started and nobody waits for a scan yet. */
const FIRST_ASK_MS = 5_000;
/** While connected, how often to ask. */
const HEARTBEAT_MS = 5_000;
/** Sending that gets nowhere for so long hangs on a connection that is dead without having ended. */
const STUCK_MS = 20_000;
const FIRST_RETRY_MS = 400;
const MAX_RETRY_MS = 3_000;

export const outOfReach = (cause?: unknown) =>
  new AppError('unavailable', 'The central database can’t be reached. Nothing was changed; try again in a moment.', {
    retryAfterSeconds: 2,
    ...(cause === undefined ? {} : { cause }),
  });
const isUnavailable = (error: unknown) => error instanceof AppError && error.code === 'unavailable';

/** Watches the connection to the central database. */
export function createLink(deps: LinkDeps): Link {
  const { probe, own, askMs = ASK_MS } = deps;
  let state: LinkState = 'online';
  let since = own();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let retry = FIRST_RETRY_MS;
  let asking: Promise<boolean> | null = null;
  let sending = false;
  const lost = () => state === 'offline';

  const enter = (next: LinkState) => {
    if (state === next) return;
    state = next;
    since = own();
    deps.changed(next);
  };
  const later = (work: () => void, ms: number) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(work, ms);
  };

  const ask = async (timeoutMs = askMs): Promise<boolean> => {
    try {
      const { centralTime, tookMs } = await probe.ask(timeoutMs);
      deps.measured(centralTime, own() - tookMs / 2);
      return true;
    } catch {
      return false;
    }
  };

  /** A stalled event loop fires timers before it reads the answer that is waiting: ask twice. */
  const answers = async () => (await ask()) || (await ask());

  function lose(): void {
    if (stopped) return;
    if (state !== 'offline') {
      enter('offline');
      deps.abandon();
    }
    soon();
  }

  function soon(): void {
    later(() => void tryAgain(), retry);
    retry = Math.min(retry * 2, MAX_RETRY_MS);
  }

  async function tryAgain(timeoutMs = askMs): Promise<void> {
    if (stopped) return;
    if (sending) return later(() => void tryAgain(), retry);
    if (!(await ask(timeoutMs))) return lose();
    if (state === 'offline') enter('catching-up');
    sending = true;
    const watching = watchSending();
    try {
      // In the same turn as the change of state, so that what comes next can't overtake it.
      do {
        const sent = await deps.catchUp();
        if (stopped || lost()) return;
        if (!sent) return (await answers()) ? soon() : lose();
      } while (!deps.drained());
      enter('online');
      retry = FIRST_RETRY_MS;
      later(beat, HEARTBEAT_MS);
    } catch (error) {
      if (!isUnavailable(error)) deps.warn(error, 'the central database could not be made ready; it is tried again');
      lose();
    } finally {
      sending = false;
      clearInterval(watching);
    }
  }

  /**
   * Nobody else asks whether the database is still there while all that is done waits for the sending: if that hangs, it
   * would hang for ever.
   */
  function watchSending(): NodeJS.Timeout {
    let last = deps.progress?.() ?? null;
    let movedAt = own();
    return setInterval(() => {
      const now = deps.progress?.() ?? null;
      if (now === null || now !== last) movedAt = own();
      last = now;
      if (own() - movedAt >= STUCK_MS) lose();
      else void check();
    }, HEARTBEAT_MS);
  }

  function check(): Promise<boolean> {
    if (state === 'offline') return Promise.resolve(false);
    asking ??= answers()
      .then((alive) => {
        if (!alive) lose();
        return alive;
      })
      .finally(() => {
        asking = null;
      });
    return asking;
  }

  function beat(): void {
    void check().then((alive) => {
      if (alive && state === 'online') later(beat, HEARTBEAT_MS);
    });
  }

  async function once<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    // Given up below when the database is gone; its own failure is no news then.
    running.catch(() => undefined);
    for (let patience = PATIENCE_MS; ; patience = 2_000) {
      const late = Symbol('late');
      let wait: NodeJS.Timeout | undefined;
      const first = await Promise.race([
        running,
        new Promise<typeof late>((resolve) => {
          wait = setTimeout(() => resolve(late), patience);
        }),
      ]).finally(() => clearTimeout(wait));
      if (first !== late) return first as T;
      if (!(await check())) throw outOfReach();
    }
  }

  return {
    state: () => state,
    since: () => since,
    check,
    async guarded(work, again) {
      if (state === 'offline') throw outOfReach();
      try {
        return await once(work);
      } catch (error) {
        if (!isUnavailable(error) || isRefusedForNow(error)) throw error;
        if (!(await check())) throw outOfReach(error);
        if (!again) throw error;
        return once(work);
      }
    },
    start(reachable) {
      state = !reachable ? 'offline' : deps.drained() ? 'online' : 'catching-up';
      if (reachable) void tryAgain(FIRST_ASK_MS);
      else later(() => void tryAgain(), FIRST_RETRY_MS);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      probe.close();
    },
  };
}
