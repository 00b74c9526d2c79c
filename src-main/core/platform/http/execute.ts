import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import type { OperationId } from '../../../../src-shared/contract/routes.ts';
import type { Core } from '../../app/core.ts';
import { appendAudit } from '../../audit/append-store.ts';
import { type Scope, systemScope, type Transaction } from '../db/queryable.ts';
import { announce } from './announce.ts';
import type { AuditNote, Handlers, Principal, RequestContext } from './handler.ts';
import { fingerprint, idempotencyKey, type JsonAnswer, onlyOnce } from './idempotency.ts';
import { scopeOfPrincipal } from './principal.ts';
import { isUnsafe } from './request-guard.ts';

export interface Call {
  core: Core;
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

/** Runs the handler in the transaction that its route asks for, with its audit entry last, once per Idempotency-Key. */
export async function execute(call: Call): Promise<Outcome> {
  const scope = call.principal ? scopeOfPrincipal(call.principal) : systemScope;
  if (call.spec.ownTransaction) return executeFree(call, scope);
  const key = call.principal && isUnsafe(call.spec.method) ? idempotencyKey(call.request.headers) : null;
  return call.core.db.transaction(scope, async (tx) => {
    // Made anew for each attempt: a transaction that lost against another runs again from the start.
    const responseHeaders = new Headers();
    const work = async (): Promise<JsonAnswer> => {
      const notes: AuditNote[] = [];
      const context = contextOf(call, scope, responseHeaders, tx, async (note) => void notes.push(note));
      const value = await run(call, context);
      if (call.spec.audited !== null) await writeAudit(call, tx, notes);
      announce(call.core, call.spec, tx);
      return { status: call.spec.status, value };
    };
    if (key === null || !call.principal) return outcome(await work(), responseHeaders);
    const sha256 = fingerprint(call.spec.method, new URL(call.request.url), call.input.body);
    const done = await onlyOnce(tx, call.principal, { key, sha256, now: call.core.now() }, work);
    if (done.replayed) responseHeaders.set('idempotency-replayed', 'true');
    return outcome(done, responseHeaders);
  });
}

const outcome = ({ status, value }: JsonAnswer, responseHeaders: Headers): Outcome => ({
  answer: value,
  status,
  responseHeaders,
});

async function executeFree(call: Call, scope: Scope): Promise<Outcome> {
  const responseHeaders = new Headers();
  let audited = false;
  const audit = async (note: AuditNote, given?: Transaction) => {
    if (given) await writeAudit(call, given, [note]);
    else await call.core.db.transaction(scope, (tx) => writeAudit(call, tx, [note]));
    audited = true;
  };
  const answer = await run(call, contextOf(call, scope, responseHeaders, null, audit));
  // A public route has no principal to name; its handler writes its own entry.
  // Whatever gets this far while the central database is away is about this workstation, and has queued its own entry.
  const cutOff = call.core.workstation?.link.state() === 'offline';
  if (call.spec.audited !== null && !audited && call.principal && !cutOff) await audit({});
  return { answer, status: call.spec.status, responseHeaders };
}

const run = (call: Call, context: RequestContext) =>
  (call.handler as (context: RequestContext, input: unknown) => unknown)(context, call.input);

function contextOf(
  call: Call,
  scope: Scope,
  responseHeaders: Headers,
  tx: Transaction | null,
  audit: RequestContext['audit'],
): RequestContext {
  const { core } = call;
  return {
    core,
    principal: call.principal,
    get tx() {
      if (!tx) throw new Error(`${call.operation} opens its own transactions`);
      return tx;
    },
    transaction: (work) => (tx ? work(tx) : core.db.transaction(scope, work)),
    audit,
    now: core.now(),
    requestId: call.requestId,
    log: core.log.child({ requestId: call.requestId }),
    request: call.request,
    peerAddress: call.peerAddress,
    body: call.stream,
    responseHeaders,
  };
}

/** One entry a note; without a note, one that names the resource of the path. */
async function writeAudit(call: Call, tx: Transaction, notes: AuditNote[]): Promise<void> {
  const [resourceId] = Object.values((call.input.params ?? {}) as Record<string, number>);
  const credential = call.principal?.credential;
  const token = credential?.kind === 'token' ? { apiTokenId: credential.id } : {};
  for (const note of notes.length > 0 ? notes : [{}]) {
    await appendAudit(tx, {
      at: call.core.now(),
      userId: call.principal?.userId ?? null,
      username: call.principal?.username ?? null,
      action: call.spec.audited ?? call.operation,
      resourceId,
      ...note,
      details: { ...note.details, ...token },
    });
  }
}
