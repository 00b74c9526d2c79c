import { AppError } from '../errors.ts';

/** PostgreSQL's SQLSTATE codes that the product reacts to (PostgreSQL manual, appendix A). */
export const sqlstate = {
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  lockNotAvailable: '55P03',
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  insufficientPrivilege: '42501',
} as const;

/** The server is not there, is shutting down or still starting, or takes no more connections. */
const unreachable = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ENOENT', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'],
  // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout; too_many_connections.
  ...['57P01', '57P02', '57P03', '57P04', '57P05', '53300'],
]);
const connectionException = /^08[0-9A-Z]{3}$/;
/** What `pg` says without a code. */
const brokenConnection =
  /Connection terminated|Connection ended unexpectedly|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed/;

const readOnly = 'The database takes no changes at the moment: it is read-only.';
const diskTrouble = 'The database has trouble with its disk.';
const shortOfMemory = 'The database is short of memory, or of something else that it needs.';
const tookTooLong = 'The database took too long for this and was stopped.';
const rival = 'Somebody else is changing the same at this moment.';

/** What a reachable server refuses for now, whatever it is asked: it may work later. */
const forNow = new Map([
  // read_only_sql_transaction
  ['25006', readOnly],
  // disk_full, system_error, io_error
  ['53100', 'The disk of the database is full.'],
  ['58000', diskTrouble],
  ['58030', diskTrouble],
  // insufficient_resources, out_of_memory, configuration_limit_exceeded
  ['53000', shortOfMemory],
  ['53200', shortOfMemory],
  ['53400', shortOfMemory],
  // query_canceled, idle_in_transaction_session_timeout, transaction_timeout
  ['57014', tookTooLong],
  ['25P03', tookTooLong],
  ['25P04', tookTooLong],
  [sqlstate.lockNotAvailable, rival],
  [sqlstate.serializationFailure, rival],
  [sqlstate.deadlockDetected, rival],
]);

/** The SQLSTATE (or Node error code) of a database error, and the constraint that refused, where there is one. */
export function codeOf(error: unknown): { code: string | null; constraint: string | null } {
  let source = error;
  while (source instanceof AppError) source = source.extras.cause;
  const { code, constraint } = (source ?? {}) as { code?: unknown; constraint?: unknown };
  return {
    code: typeof code === 'string' ? code : null,
    constraint: typeof constraint === 'string' ? constraint : null,
  };
}

/** Whether it is worth trying again at once: the transaction lost against another and did nothing. */
export function isTransient(error: unknown): boolean {
  const { code } = codeOf(error);
  return code === sqlstate.serializationFailure || code === sqlstate.deadlockDetected;
}

/** Whether the server is there and refuses this for now: nothing is wrong with the connection. */
export function isRefusedForNow(error: unknown): boolean {
  const { code } = codeOf(error);
  return code !== null && forNow.has(code);
}

/**
 * Turns a lost connection, and what the server refuses for now, into AppError `unavailable`; other errors pass
 * unchanged, to be told apart by `codeOf`.
 */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code } = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  const lost = code === null ? brokenConnection.test(message) : unreachable.has(code) || connectionException.test(code);
  const why = lost ? 'The database can’t be reached.' : code === null ? undefined : forNow.get(code);
  if (why === undefined) return error;
  return new AppError('unavailable', `${why} Nothing was changed; try again in a moment.`, {
    cause: error,
    retryAfterSeconds: 2,
  });
}
