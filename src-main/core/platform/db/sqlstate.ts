import type { ProblemCode } from '../../../../src-shared/contract/problem.ts';
import { AppError } from '../errors.ts';
import { type Outcome, type Verdict, verdictOf } from './outcomes.ts';

/** PostgreSQL's SQLSTATE codes that the product reacts to (PostgreSQL manual, appendix A). */
export const sqlstate = {
  lockNotAvailable: '55P03',
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  insufficientPrivilege: '42501',
} as const;

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
export const isTransient = (error: unknown): boolean => verdict(error)?.outcome === 'retry';

/** Whether the server is there and refuses this for now: nothing is wrong with the connection. */
export function isRefusedForNow(error: unknown): boolean {
  const said = verdict(error);
  return said !== null && !said.isLost && (said.outcome === 'wait' || said.outcome === 'retry');
}

function verdict(error: unknown): Verdict | null {
  const { code } = codeOf(error);
  // A socket that is not there is the embedded engine's; any other file is not the database.
  if (code === 'ENOENT' && (error as NodeJS.ErrnoException).syscall !== 'connect') return null;
  return verdictOf(code, code === null && error instanceof Error ? error.message : '');
}

/**
 * Turns a lost connection, and what the server refuses for now, into AppError `unavailable`; other errors pass
 * unchanged, to be told apart by `codeOf`.
 */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const said = verdict(error);
  if (said === null || said.outcome === 'refuse' || said.outcome === 'fault') return error;
  return new AppError('unavailable', `${said.why} Nothing was changed; try again in a moment.`, {
    cause: error,
    retryAfterSeconds: 2,
  });
}

/** Why the database doesn't serve, in a sentence and without what becomes of the request. */
export function whyOf(error: unknown): string {
  let source = error;
  while (source instanceof AppError && source.extras.cause !== undefined) source = source.extras.cause;
  return verdict(source)?.why ?? (error instanceof AppError ? error.message : 'The database failed; see the log.');
}

const ofProblems: Record<ProblemCode, Outcome> = {
  'bad-request': 'refuse',
  'validation-failed': 'refuse',
  'not-authenticated': 'refuse',
  'second-factor-required': 'refuse',
  forbidden: 'refuse',
  'password-change-required': 'refuse',
  'not-found': 'refuse',
  conflict: 'refuse',
  referenced: 'refuse',
  overtaken: 'refuse',
  'version-needed': 'refuse',
  'idempotency-mismatch': 'refuse',
  'payload-too-large': 'refuse',
  'unsupported-media-type': 'refuse',
  'corrupt-data': 'refuse',
  'source-failed': 'refuse',
  'too-many-requests': 'wait',
  'setup-required': 'wait',
  'not-enrolled': 'wait',
  'key-locked': 'wait',
  unavailable: 'wait',
  internal: 'fault',
};

/** Problems that are no refusal: what failed with one of them is tried again. */
export const passingProblems = Object.entries(ofProblems).flatMap(([code, outcome]) =>
  outcome === 'refuse' ? [] : [code],
);

/**
 * What becomes of work that failed with this: the one table that requests, jobs, workers and the replay go by. An error
 * with a code that the table doesn't have came from outside and waits; one without was thrown by code of ours.
 */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof AppError) {
    const { code, extras } = error;
    return code === 'internal' && extras.cause !== undefined ? outcomeOf(extras.cause) : ofProblems[code];
  }
  const said = verdict(error);
  if (said !== null) return said.outcome;
  // As `fetch` does, which says only "fetch failed" itself.
  if (error instanceof Error && error.cause instanceof Error) return outcomeOf(error.cause);
  if (error instanceof DOMException) return 'wait';
  const isOurs = [TypeError, RangeError, ReferenceError, SyntaxError].some((type) => error instanceof type);
  return isOurs || codeOf(error).code === null ? 'fault' : 'wait';
}
