import type { ServerEvent } from '../../../src-shared/contract/events.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import type { Database, Transaction } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers, RequestContext } from '../platform/http/handler.ts';
import { insertJob } from '../platform/jobs/jobs-store.ts';
import type { JobQueue, NewJob } from '../platform/jobs/queue.ts';

export interface Caller {
  userId: number;
  role: Role;
  clientId: number | null;
}

/** What stands in for the parts of a console: events are gathered, jobs are stored and taken up by nobody. */
export interface StandInParts {
  events: EventBus;
  jobs: JobQueue;
  elapsedMs: () => number;
}

type Output<H> = H extends (...args: never[]) => infer R ? Awaited<R> : never;

/**
 * Calls handlers as the router does, without HTTP: each call in a transaction scoped to the caller, input taken as
 * validated. `audits` and `events` gather what the calls said.
 */
export function callerOf<H extends Partial<Handlers>>(
  db: Database,
  rooms: H | ((parts: StandInParts) => H),
  caller: Caller,
  clock: { now: Date },
) {
  const audits: unknown[] = [];
  const events: ServerEvent[] = [];
  const parts = {
    events: { publish: (event: ServerEvent) => events.push(event) },
    jobs: { add: (tx: Transaction, job: NewJob) => insertJob(tx, job, clock.now) },
    elapsedMs: () => 0,
  } as unknown as StandInParts;
  const handlers = typeof rooms === 'function' ? rooms(parts) : rooms;
  const scope = { kind: 'user', userId: caller.userId, clientId: caller.clientId } as const;
  const contextOf = (tx: Transaction | null): RequestContext =>
    ({
      principal: { userId: caller.userId, username: 'test', displayName: 'Test', role: caller.role, client: null },
      get tx() {
        if (!tx) throw new Error('this route opens its own transactions');
        return tx;
      },
      transaction: (work: (own: Transaction) => Promise<unknown>) => db.transaction(scope, work),
      audit: async (note: unknown) => {
        audits.push(note);
      },
      now: clock.now,
      responseHeaders: new Headers(),
    }) as unknown as RequestContext;
  type Input = { params?: object; query?: object; body?: object };
  const run = async <K extends keyof H & string>(operation: K, input: Input, own: boolean): Promise<Output<H[K]>> => {
    const handler = handlers[operation] as unknown as (context: RequestContext, input: Input) => Promise<Output<H[K]>>;
    return own ? handler(contextOf(null), input) : db.transaction(scope, (tx) => handler(contextOf(tx), input));
  };
  return {
    audits,
    events,
    call: <K extends keyof H & string>(operation: K, input: Input = {}) => run(operation, input, false),
    callOwn: <K extends keyof H & string>(operation: K, input: Input = {}) => run(operation, input, true),
  };
}

/** The AppError that a call was refused with; any other end of it fails the test. */
export async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('was not refused'),
    (reason) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}
