import type { Logger } from 'pino';
import type { HandlerInput, HandlerOutput } from '../../../../src-shared/contract/route.ts';
import type { OperationId, Routes } from '../../../../src-shared/contract/routes.ts';
import type { Transaction } from '../db/queryable.ts';
import type { Principal } from './principal.ts';

export type { Principal };

/**
 * What the audit entry of a request says beyond actor and action; `createExecute` writes it, last in the transaction.
 */
export interface AuditNote {
  resourceType?: string;
  resourceId?: number | string;
  details?: Record<string, unknown>;
}

export interface RequestContext {
  /** Null only on public routes. `requirePrincipal` gives the user of all others. */
  readonly principal: Principal | null;
  /**
   * The request's transaction, scoped to the principal, committed after the handler and its audit entry. Reading it
   * throws on routes with `ownTransaction`, which call `transaction` themselves.
   */
  readonly tx: Transaction;
  /** Opens a transaction scoped to the principal (system scope on public routes). */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Adds to the audit entry of this request. With `ownTransaction`, writes it into the given transaction now. */
  audit(note: AuditNote, tx?: Transaction): Promise<void>;
  /**
   * On routes that change a record with a version: compares If-Match and locks the record, before anything is changed.
   * Done already, unless the route opens its own transactions; those do it first in the one that changes the record.
   */
  checkVersion(tx: Transaction): Promise<void>;
  readonly now: Date;
  readonly requestId: string;
  readonly log: Logger;
  readonly request: Request;
  /** Where the connection comes from, as the host knows it; `local` for the desktop's own window. */
  readonly peerAddress: string;
  /** Body of a route with a stream body. */
  readonly body: ReadableStream<Uint8Array> | null;
  readonly responseHeaders: Headers;
}

/** Answer of a route whose output is a file. `fileName` becomes Content-Disposition. */
export interface FileAnswer {
  contentType: string;
  /** 206 for the part of a file that a Range asked for; otherwise the route's own. */
  status?: 200 | 206;
  fileName?: string;
  body: string | Uint8Array | ReadableStream<Uint8Array>;
}

type Answer<R> = R extends { output: { kind: 'file' } }
  ? FileAnswer
  : R extends { output: { kind: 'events' } }
    ? Response
    : HandlerOutput<R>;

type Handler<K extends OperationId> = (
  context: RequestContext,
  input: HandlerInput<Routes[K]>,
) => Promise<Answer<Routes[K]>> | Answer<Routes[K]>;

/**
 * One handler for each operation of the contract. Each room's routes export a part (`satisfies Partial<Handlers>`);
 * `app` joins them.
 */
export type Handlers = { [K in OperationId]: Handler<K> };
