import type { Sql } from 'sql-template-tag';
import type { PartyRole } from '../../../../src-shared/contract/roles.ts';

/** Anything that runs one SQL statement: a pool, or a transaction. Rows come back with snake_case columns as selected. */
export interface Queryable {
  query<Row extends object>(statement: Sql): Promise<{ rows: Row[]; rowCount: number }>;
}

/** Who a transaction acts for. `system` is the product itself (workers, migrations): no row level security. */
export type Scope =
  | { kind: 'system' }
  /** A signed-in person: runs as the role that can't bypass row level security; `clientId` null sees every client. */
  | { kind: 'user'; userId: number; clientId: number | null }
  /** A party that isn't a user: sees what the policies of its kind grant it, and nothing else. */
  | { kind: 'party'; party: Party; apiTokenId: number };

/** Whom an API token can act for besides users. `console_party_id(kind)` is its id in policies. */
export interface Party {
  kind: PartyRole;
  id: number;
}

export const systemScope: Scope = { kind: 'system' };

/** A transaction. It commits when the function given to `transaction` resolves, and rolls back when it rejects. */
export interface Transaction extends Queryable {
  readonly scope: Scope;
  /** Runs after a successful commit, for events; never when the transaction rolled back. */
  afterCommit(action: () => void): void;
}

/** Milliseconds that a statement may take. */
export interface Limits {
  statementMs?: number | undefined;
}

/** What somebody who stands and waits has patience for: a scan, a list, whether they are signed in. */
export const QUICK: Limits = { statementMs: 5_000 };
/** What somebody who asked for much has patience for, as for a report over a year. */
export const PATIENT: Limits = { statementMs: 60_000 };

/** Single statements of somebody who stands and waits. */
export const quickly = (db: Database): Queryable => ({ query: (statement) => db.query(statement, QUICK) });

/** The database as requests use it: nobody who asked waits for ever, in whatever scope it is done. Jobs have the other. */
export const impatient = (db: Database): Database => ({
  ...db,
  query: (statement, limits = PATIENT) => db.query(statement, limits),
  transaction: (scope, work, limits = PATIENT) => db.transaction(scope, work, limits),
});

/** The central database, over `pg` in both engines. */
export interface Database extends Queryable {
  readonly engine: 'embedded' | 'postgresql';
  /** @param limits for a single statement `statementMs`: after it the connection is given up, and it rejects as below. */
  query<Row extends object>(statement: Sql, limits?: Limits): Promise<{ rows: Row[]; rowCount: number }>;
  /**
   * The product itself waits as long as it takes, unless limits are given. People and parties wait five seconds for a
   * lock, and `statementMs` for a statement (a minute where it isn't given); what takes longer rejects with AppError
   * `unavailable`.
   */
  transaction<T>(scope: Scope, work: (tx: Transaction) => Promise<T>, limits?: Limits): Promise<T>;
  /** Opens no more than so many from now on; what is open beyond that closes once it is idle. */
  limitConnections(most: number): void;
  /**
   * Breaks every connection at once, for a network that swallows what is sent; whatever waits on one rejects with
   * `unavailable`.
   */
  abandon(): void;
  close(): Promise<void>;
}
