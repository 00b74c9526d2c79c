import type { Logger } from 'pino';
import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { Database } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { UserPrincipal } from '../platform/http/principal.ts';
import { sessionIsLive } from './sessions/sessions-store.ts';
import { apiTokenIsLive } from './tokens/api-token-use-store.ts';

/**
 * Comments that keep proxies from closing a quiet stream; every second one also checks that the session is still live.
 */
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
}

export interface EventStreams {
  /** The Server-Sent Events of one window. Ends on its own after logout, disabling, revocation or expiry. */
  open(principal: UserPrincipal, heartbeatMs?: number): Response;
  /** Ends every event stream, so that a host can close its connections. */
  closeAll(): void;
}

/** The event streams of one console. */
export function createEventStreams(deps: EventStreamDeps): EventStreams {
  const closers = new Set<() => void>();
  const perUser = new Map<number, number>();
  return {
    open: (principal, heartbeatMs = HEARTBEAT_MS) =>
      openEventStream(deps, { closers, perUser }, principal, heartbeatMs),
    closeAll() {
      for (const close of closers) close();
    },
  };
}

interface OpenStreams {
  closers: Set<() => void>;
  perUser: Map<number, number>;
}

/** Whether a person may be told of an event. A client's viewer hears only of that client's trackers and alerts. */
function mayHear(principal: Pick<UserPrincipal, 'role' | 'client'>, event: ServerEvent): boolean {
  if (principal.role !== 'client-viewer') return true;
  if (event.type !== 'tracker-status' && event.type !== 'alerts') return false;
  return principal.client !== null && event.clientId === principal.client.id;
}

function isLive(deps: EventStreamDeps, { credential }: UserPrincipal): Promise<boolean> {
  return credential.kind === 'session'
    ? sessionIsLive(deps.db, credential.tokenHash, deps.now(), deps.config.sessionIdleHours)
    : apiTokenIsLive(deps.db, credential.id, deps.now());
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
  if (streams.closers.size >= MOST_IN_ALL) {
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
        const unsubscribe = deps.events.subscribe((event) => {
          if (mayHear(principal, event)) tell(event);
        });
        const heartbeat = setInterval(() => {
          send(': still here\n\n');
          if (++beats % 2 === 0) void endIfOver();
        }, heartbeatMs);
        const endIfOver = async () => {
          try {
            if (!(await isLive(deps, principal))) close();
          } catch (error) {
            deps.log.warn({ err: error }, 'an event stream could not check its session');
          }
        };
        close = () => {
          if (closed) return;
          closed = true;
          clearInterval(heartbeat);
          unsubscribe();
          streams.closers.delete(close);
          const left = (streams.perUser.get(principal.userId) ?? 1) - 1;
          if (left > 0) streams.perUser.set(principal.userId, left);
          else streams.perUser.delete(principal.userId);
          try {
            controller.close();
          } catch {
            // The reader had cancelled; there is nothing left to close.
          }
        };
        streams.closers.add(close);
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
