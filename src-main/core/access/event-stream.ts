import type { Logger } from 'pino';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { Database } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { UserPrincipal } from '../platform/http/principal.ts';
import { credentialKey, findListeners, type ListenerRow } from './event-listeners-store.ts';

/** Comments that keep proxies from closing a quiet stream; every second one also looks whether anybody's time is over. */
const HEARTBEAT_MS = 15_000;
/** Windows and tabs of one user. */
export const MOST_PER_USER = 20;
/** Of all users together: fewer than a listener takes connections, so that requests still get through. */
export const MOST_IN_ALL = 500;
/** A reader that falls this many events behind is disconnected; it connects again and reads everything afresh. */
const MOST_WAITING = 1000;

export interface EventStreamDeps {
  readonly db: Database;
  readonly events: EventBus;
  readonly log: Logger;
  readonly now: () => Date;
  readonly config: { readonly sessionIdleHours: number };
  /** Whether the central database is out of reach: nobody's rights change here meanwhile. */
  readonly isCutOff: () => boolean;
}

export interface EventStreams {
  /**
   * The Server-Sent Events of one window. Whom it serves is read anew for each event, before it is told: a new role,
   * client or password counts at once. Ends on its own after logout, disabling, revocation or expiry.
   */
  open(principal: UserPrincipal, heartbeatMs?: number): Response;
  /** Ends every event stream, so that a host can close its connections. */
  closeAll(): void;
}

/** An open stream, and whom it served when last read. */
interface Listener {
  readonly credential: UserPrincipal['credential'];
  served: ListenerRow;
  tell(event: ServerEvent): void;
  close(): void;
}

interface OpenStreams {
  readonly listeners: Set<Listener>;
  readonly perUser: Map<number, number>;
  /** Reads again whom the streams serve, and ends those that serve nobody. */
  look(): Promise<void>;
}

/** The event streams of one console. */
export function createEventStreams(deps: EventStreamDeps): EventStreams {
  const listeners = new Set<Listener>();
  const waiting: ServerEvent[] = [];
  let telling = false;

  async function look(): Promise<void> {
    const asked = [...listeners];
    const found = await findListeners(
      deps.db,
      asked.map(({ credential }) => credential),
      deps.now(),
      deps.config.sessionIdleHours,
    );
    for (const listener of asked) {
      const served = found.get(credentialKey(listener.credential));
      if (served) listener.served = served;
      else listener.close();
    }
  }

  /** True when it is known whom the streams serve. */
  const lookedOrCutOff = async () => {
    if (deps.isCutOff()) return true;
    try {
      await look();
      return true;
    } catch (error) {
      deps.log.warn({ err: error }, 'event streams could not read whom they serve');
      return deps.isCutOff();
    }
  };

  /** In order; what arrives while the database is asked is told after the next look, so that one look serves many. */
  async function tellWaiting(): Promise<void> {
    if (telling) return;
    telling = true;
    try {
      while (waiting.length > 0) {
        const events = waiting.splice(0);
        if (listeners.size === 0) continue;
        const known = await lookedOrCutOff();
        // Whoever can't be read is told nothing of trackers, alerts and jobs; windows read those afresh in a while.
        for (const event of events) if (known || !carriesData(event)) tellAll(event);
      }
    } finally {
      telling = false;
    }
  }

  const tellAll = (event: ServerEvent) => {
    for (const listener of listeners) if (mayHear(listener.served, event)) listener.tell(event);
  };

  const streams: OpenStreams = { listeners, perUser: new Map(), look };
  deps.events.subscribe((event) => {
    // A window must learn at once that its console lost the database, which then can't be asked.
    if (event.type === 'workstation') tellAll(event);
    else {
      waiting.push(event);
      void tellWaiting();
    }
  });
  return {
    open: (principal, heartbeatMs = HEARTBEAT_MS) => openEventStream(deps, streams, principal, heartbeatMs),
    closeAll() {
      for (const { close } of listeners) close();
    },
  };
}

const carriesData = ({ type }: ServerEvent) => type === 'job' || type === 'tracker-status' || type === 'alerts';

/** Whether a person may be told of an event. A client's viewer hears only of that client's trackers and alerts. */
function mayHear({ role, clientId, mustChangePassword }: ListenerRow, event: ServerEvent): boolean {
  if (mustChangePassword) return false;
  if (role !== 'client-viewer') return true;
  if (event.type !== 'tracker-status' && event.type !== 'alerts') return false;
  return clientId !== null && event.clientId === clientId;
}

function openEventStream(
  deps: EventStreamDeps,
  streams: OpenStreams,
  principal: UserPrincipal,
  heartbeatMs: number,
): Response {
  const open = streams.perUser.get(principal.userId) ?? 0;
  if (open >= MOST_PER_USER) {
    throw new AppError('too-many-requests', 'Too many windows of this user listen for events. Close some.', {
      retryAfterSeconds: 30,
    });
  }
  if (streams.listeners.size >= MOST_IN_ALL) {
    throw new AppError('unavailable', 'Too many windows listen to this console. Try again in a moment.', {
      retryAfterSeconds: 30,
    });
  }
  streams.perUser.set(principal.userId, open + 1);
  const encoder = new TextEncoder();
  let close = () => {};

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let closed = false;
        let beats = 0;
        const send = (text: string) => {
          if (closed) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) < 0) close();
        };
        const tell = (event: ServerEvent) => send(`data: ${JSON.stringify(event)}\n\n`);
        const heartbeat = setInterval(() => {
          send(': still here\n\n');
          if (++beats % 2 === 0 && !deps.isCutOff())
            streams.look().catch((error: unknown) => {
              deps.log.warn({ err: error }, 'an event stream could not check its session');
            });
        }, heartbeatMs);
        close = () => {
          if (closed) return;
          closed = true;
          clearInterval(heartbeat);
          streams.listeners.delete(listener);
          const left = (streams.perUser.get(principal.userId) ?? 1) - 1;
          if (left > 0) streams.perUser.set(principal.userId, left);
          else streams.perUser.delete(principal.userId);
          try {
            controller.close();
          } catch {
            // The reader had cancelled; there is nothing left to close.
          }
        };
        const { role, client, mustChangePassword, credential } = principal;
        const served = { role, clientId: client?.id ?? null, mustChangePassword };
        const listener: Listener = { credential, served, tell, close };
        streams.listeners.add(listener);
        tell({ type: 'hello', at: deps.now().toISOString() });
      },
      cancel: () => close(),
    },
    new CountQueuingStrategy({ highWaterMark: MOST_WAITING }),
  );
  // no-transform keeps a compressing proxy from holding events back.
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' },
  });
}
