import { AppError } from '../errors.ts';

/** PostgreSQL's SQLSTATE codes that the product reacts to (PostgreSQL manual, appendix A). */
export const sqlstate = {
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  insufficientPrivilege: '42501',
} as const;

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08003',
  '08006',
  '53300',
]);

/** The SQLSTATE (or Node error code) of a database error, and the constraint that refused, where there is one. */
export function codeOf(error: unknown): { code: string | null; constraint: string | null } {
  const source = error instanceof AppError ? error.extras.cause : error;
  const { code, constraint } = (source ?? {}) as { code?: unknown; constraint?: unknown };
  return {
    code: typeof code === 'string' ? code : null,
    constraint: typeof constraint === 'string' ? constraint : null,
  };
}

/** Worth doing again at once: the transaction lost against another, and did nothing. */
export function isTransient(error: unknown): boolean {
  const { code } = codeOf(error);
  return code === sqlstate.serializationFailure || code === sqlstate.deadlockDetected;
}

/** Gives a lost connection its own error; others pass unchanged, to be told apart by `codeOf`. */
export function toAppError(error: unknown): unknown {
  const { code } = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  const lost =
    (code !== null && unreachable.has(code)) ||
    /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error/.test(
      message,
    );
  if (!lost) return error;
  return new AppError('unavailable', 'The database can’t be reached. Nothing was changed; try again in a moment.', {
    cause: error,
    retryAfterSeconds: 2,
  });
}
