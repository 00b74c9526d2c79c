import pg from 'pg';
import type { Sql } from 'sql-template-tag';
import { type Database, type Limits, PATIENT, QUICK, type Scope, type Transaction } from './queryable.ts';
import { isTransient, toAppError } from './sqlstate.ts';

/** bigint and numeric(…,0) counts as numbers: identity columns and counts stay below 2^53, and a larger one throws. */
function exactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`integer out of the safe range: ${text}`);
  return value;
}

const INT8 = 20;
const DATE = 1082;
/** How values come out of `pg`. */
export const columnTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8 && format !== 'binary') return exactInteger;
    // A calendar date is a text here; as a Date it would depend on this machine's time zone.
    if (oid === DATE && format !== 'binary') return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};

/** Fails as `toAppError` says. */
const told = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw toAppError(error);
  });
const asQuery = (statement: Sql) => ({ text: statement.text, values: statement.values as unknown[] });

const ATTEMPTS = 4;
/** Most connections of a pool that isn't told otherwise. */
const MAX_CONNECTIONS = 10;
/** So long a transaction waits for another to end before it has a connection opened: opening one takes as long, and it stays. */
const SHARE_MS = 25;
/** What somebody waits for must not wait for ever behind another's lock; jobs and workers may. */
const LOCK_MS = QUICK.statementMs!;

/**
 * Opens a pool. `connection` is what `pg` takes: a connection string (central), or a unix socket folder (embedded).
 * Transactions that fail by serialisation or deadlock are tried again, up to four times in all.
 */
export function openDatabase(options: {
  engine: Database['engine'];
  connection: pg.PoolConfig;
  /** Single statements of the embedded engine run as its superuser; for tests that prepare what the product never does. */
  asOwner?: boolean;
  /** Milliseconds that a request waits for a lock; for tests. */
  lockMs?: number;
  onError?: (error: Error) => void;
}): Database {
  const pool = new pg.Pool({
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: 10_000,
    ...options.connection,
    types: columnTypes,
    // The engine's one session begins as its superuser. It is the same session whichever connection says so.
    ...(options.engine === 'embedded' && !options.asOwner
      ? { onConnect: (client: pg.ClientBase) => client.query('set role console_service') }
      : {}),
  });
  // An idle connection that the server closes must not end the process; the pool opens another on demand.
  pool.on('error', (error) => options.onError?.(error));
  const clients = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    clients.add(client);
    // A connection in use that breaks rejects its query; without a listener the event would end the process as well.
    client.on('error', () => undefined);
  });
  pool.on('remove', (client) => clients.delete(client));

  /** So that what ends within milliseconds, as all does when a console is idle, shares the connection that is there. */
  const sharing = new Set<() => void>();
  pool.on('release', () => sharing.values().next().value?.());
  const whenFree = (): Promise<void> | null => {
    const { idleCount, totalCount, waitingCount } = pool;
    if (totalCount === 0 || totalCount >= pool.options.max || idleCount > waitingCount) return null;
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        sharing.delete(go);
        resolve();
      };
      const timer = setTimeout(go, SHARE_MS);
      sharing.add(go);
    });
  };

  const connect = () => whenFree()?.then(() => pool.connect()) ?? pool.connect();

  const run = async <Row extends object>(target: pg.Pool | pg.PoolClient, statement: Sql, limits?: Limits) => {
    // Single statements have no transaction to set a limit in: it is kept on this side.
    // On the embedded engine nobody else holds a lock: they wait for the work that is under way.
    const limit =
      limits?.statementMs === undefined || options.engine === 'embedded' ? {} : { query_timeout: limits.statementMs };
    const result = await told(target.query<Row & pg.QueryResultRow>({ ...asQuery(statement), ...limit }));
    return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
  };

  const attempt = async <T>(scope: Scope, work: (tx: Transaction) => Promise<T>, limits: Limits): Promise<T> => {
    const connection = await told(connect());
    const after: (() => void)[] = [];
    let failed: Error | undefined;
    try {
      // A connection may have died while nobody used it.
      await told(connection.query(begin(scope, options.lockMs ?? LOCK_MS, limits)));
      const tx: Transaction = {
        scope,
        query: (statement) => run(connection, statement),
        afterCommit: (action) => after.push(action),
      };
      const result = await work(tx);
      await told(connection.query('commit'));
      for (const action of after) action();
      return result;
    } catch (error) {
      await connection.query('rollback').catch((rollbackError: Error) => {
        failed = rollbackError;
      });
      throw error;
    } finally {
      connection.release(failed);
    }
  };

  return {
    engine: options.engine,
    query(statement, limits) {
      const free = whenFree();
      return free ? free.then(() => run(pool, statement, limits)) : run(pool, statement, limits);
    },
    async transaction(scope, work, limits = {}) {
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(scope, work, limits);
        } catch (error) {
          if (tries >= ATTEMPTS || !isTransient(error)) throw error;
        }
      }
    },
    limitConnections(most) {
      pool.options.max = most;
    },
    abandon() {
      for (const client of clients) streamOf(client).destroy();
      clients.clear();
    },
    close: () => pool.end(),
  };
}

/** The socket below a client, which `pg` does not show: `end()` would wait for a server that may be gone. */
const streamOf = (client: pg.PoolClient) =>
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;

/**
 * Said in each transaction, since behind a pooler the next one may have another session. Reports and fences are instants
 * in UTC, and compiling a statement (jit) takes longer than any of ours takes to run. Single statements have the session
 * as the server gives it, so they must not depend on its zone.
 */
const settings = `set local timezone = 'UTC'; set local jit = off`;

/**
 * One round trip that begins and scopes the transaction: the product itself as the service role where there is one, staff
 * as the staff role, a client's user as the user role, who sees no row without a client; a party as the role of its kind.
 * The numbers are checked integers, so that they can stand in a multi-statement text, which takes no parameters.
 */
function begin(scope: Scope, lockMs: number, { statementMs }: Limits): string {
  const as = (role: 'user' | 'staff' | 'service') =>
    `begin; ${settings}; select set_config('role', console_role('${role}'), true)`;
  if (scope.kind === 'system' && statementMs === undefined) return as('service');
  const limit = `set local lock_timeout = ${checkedId(lockMs)}; set local statement_timeout = ${checkedId(statementMs ?? PATIENT.statementMs!)}`;
  if (scope.kind === 'system') return `${as('service')}; ${limit}`;
  if (scope.kind === 'party') {
    const { party, apiTokenId } = scope;
    return `begin; ${settings}; select set_config('role', console_party_role('${party.kind}'), true); ${limit}; set local console.party_kind = '${party.kind}'; set local console.party_id = '${checkedId(party.id)}'; set local console.api_token_id = '${checkedId(apiTokenId)}'`;
  }
  const role = scope.clientId === null ? 'staff' : 'user';
  const client = scope.clientId === null ? '' : String(checkedId(scope.clientId));
  return `${as(role)}; ${limit}; set local console.user_id = '${checkedId(scope.userId)}'; set local console.client_id = '${client}'`;
}
function checkedId(value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError('an id must be a positive integer');
  return value;
}
