import type { Logger } from 'pino';
import { isQuick, type RouteSpec } from '../../../../src-shared/contract/route.ts';
import type { OperationId } from '../../../../src-shared/contract/routes.ts';
import type { AuditWriter } from '../audit-writer.ts';
import { type Database, PATIENT, QUICK, type Scope, systemScope, type Transaction } from '../db/queryable.ts';
import type { EventBus } from '../events/bus.ts';
import { announce } from './announce.ts';
import type { AuditNote, Handlers, Principal, RequestContext } from './handler.ts';
import { fingerprint, idempotencyKey, type JsonAnswer, onlyOnce } from './idempotency.ts';
import { scopeOfPrincipal } from './principal.ts';
import { isUnsafe } from './request-guard.ts';
import { checkVersion } from './versions.ts';

export interface Call {
  operation: OperationId;
  spec: RouteSpec;
  handler: Handlers[OperationId];
  principal: Principal | null;
  input: { params: unknown; query: unknown; body: unknown };
  stream: ReadableStream<Uint8Array> | null;
  request: Request;
  requestId: string;
  peerAddress: string;
}

export interface Outcome {
  answer: unknown;
  status: number;
  responseHeaders: Headers;
}

export interface ExecuteDeps {
  readonly db: Database;
  readonly events: EventBus;
  readonly log: Logger;
  readonly now: () => Date;
  readonly appendAudit: AuditWriter;
  /** Checks the password that came with a request of a route with `reauthenticate`. Throws what the person is told. */
  readonly reauthenticate: (context: RequestContext, password: string, field: string) => Promise<void>;
  /** Whether the central database is out of reach, so that a handler has queued its own audit entry. */
  readonly isCutOff: () => boolean;
}

/** Runs the handler of a call in the transaction that its route asks for, with its audit entry last, once per Idempotency-Key. */
export type Execute = (call: Call) => Promise<Outcome>;

export const createExecute =
  (deps: ExecuteDeps): Execute =>
  async (call) => {
    const scope = call.principal ? scopeOfPrincipal(call.principal) : systemScope;
    if (call.spec.ownTransaction) return executeFree(deps, call, scope);
    const key = call.principal && isUnsafe(call.spec.method) ? idempotencyKey(call.request.headers) : null;
    const work = async (tx: Transaction) => {
      // Made anew for each attempt: a transaction that lost against another runs again from the start.
      const responseHeaders = new Headers();
      const handled = async (): Promise<JsonAnswer> => {
        const notes: AuditNote[] = [];
        const context = contextOf(deps, call, scope, responseHeaders, tx, async (note) => void notes.push(note));
        await context.checkVersion(tx);
        const value = await run(deps, call, context);
        if (call.spec.audited !== null) await writeAudit(deps, call, tx, notes);
        announce(deps, call.spec, tx);
        return { status: call.spec.status, value };
      };
      if (key === null || !call.principal) return outcome(await handled(), responseHeaders);
      const sha256 = fingerprint(call.spec.method, new URL(call.request.url), call.input.body);
      const done = await onlyOnce(tx, call.principal, { key, sha256, now: deps.now() }, handled);
      if (done.replayed) responseHeaders.set('idempotency-replayed', 'true');
      return outcome(done, responseHeaders);
    };
    return deps.db.transaction(scope, work, isQuick(call.spec) ? QUICK : PATIENT);
  };

const outcome = ({ status, value }: JsonAnswer, responseHeaders: Headers): Outcome => ({
  answer: value,
  status,
  responseHeaders,
});

async function executeFree(deps: ExecuteDeps, call: Call, scope: Scope): Promise<Outcome> {
  const responseHeaders = new Headers();
  let audited = false;
  const audit = async (note: AuditNote, given?: Transaction) => {
    if (given) await writeAudit(deps, call, given, [note]);
    else await deps.db.transaction(scope, (tx) => writeAudit(deps, call, tx, [note]));
    audited = true;
  };
  const context = contextOf(deps, call, scope, responseHeaders, null, audit);
  let checked = false;
  const { checkVersion } = context;
  context.checkVersion = async (tx) => {
    checked = true;
    await checkVersion(tx);
  };
  const answer = await run(deps, call, context);
  if (call.spec.versioned && !checked) throw new Error(`${call.operation} has not checked the version`);
  // A public route has no principal to name; its handler writes its own entry.
  // Whatever gets this far while the central database is away is about this workstation, and has queued its own entry.
  if (call.spec.audited !== null && !audited && call.principal && !deps.isCutOff()) await audit({});
  return { answer, status: call.spec.status, responseHeaders };
}

async function run(deps: ExecuteDeps, call: Call, context: RequestContext): Promise<unknown> {
  const { reauthenticate: field } = call.spec;
  if (field !== undefined)
    await deps.reauthenticate(context, (call.input.body as Record<string, string>)[field] as string, field);
  return (call.handler as (context: RequestContext, input: unknown) => unknown)(context, call.input);
}

function contextOf(
  deps: ExecuteDeps,
  call: Call,
  scope: Scope,
  responseHeaders: Headers,
  tx: Transaction | null,
  audit: RequestContext['audit'],
): RequestContext {
  return {
    principal: call.principal,
    get tx() {
      if (!tx) throw new Error(`${call.operation} opens its own transactions`);
      return tx;
    },
    transaction: (work) => (tx ? work(tx) : deps.db.transaction(scope, work, isQuick(call.spec) ? QUICK : PATIENT)),
    audit,
    checkVersion: (within) => checkVersion(within, call.spec, { headers: call.request.headers, ...call.input }),
    now: deps.now(),
    requestId: call.requestId,
    log: deps.log.child({ requestId: call.requestId }),
    request: call.request,
    peerAddress: call.peerAddress,
    body: call.stream,
    responseHeaders,
  };
}

/** One entry a note; without a note, one that names the resource of the path. */
async function writeAudit(deps: ExecuteDeps, call: Call, tx: Transaction, notes: AuditNote[]): Promise<void> {
  const [resourceId] = Object.values((call.input.params ?? {}) as Record<string, number>);
  const credential = call.principal?.credential;
  const token = credential?.kind === 'token' ? { apiTokenId: credential.id } : {};
  for (const note of notes.length > 0 ? notes : [{}]) {
    await deps.appendAudit(tx, {
      at: deps.now(),
      userId: call.principal?.userId ?? null,
      username: call.principal?.username ?? null,
      action: call.spec.audited ?? call.operation,
      resourceId,
      ...note,
      details: { ...note.details, ...token },
    });
  }
}
