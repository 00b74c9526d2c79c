import type { Problem, ProblemCode } from '../../../../src-shared/contract/problem.ts';
import { codeOf, outcomeOf, sqlstate, toAppError } from '../db/sqlstate.ts';
import { AppError } from '../errors.ts';
import { securityHeaders } from './security-headers.ts';

const titles: Record<ProblemCode, string> = {
  'bad-request': 'The request can’t be read',
  'validation-failed': 'Some values are not right',
  'not-authenticated': 'Not logged in',
  'second-factor-required': 'A code is needed',
  forbidden: 'Not allowed',
  'password-change-required': 'Choose a new password first',
  'not-found': 'Not found',
  conflict: 'Conflicts with existing data',
  referenced: 'Still in use',
  overtaken: 'Changed by someone else',
  'version-needed': 'Say which version you read',
  'idempotency-mismatch': 'Idempotency key used for something else',
  'payload-too-large': 'Too large',
  'unsupported-media-type': 'Wrong content type',
  'too-many-requests': 'Too many requests',
  'setup-required': 'Set-up is not finished',
  'not-enrolled': 'Console not enrolled for keys',
  'key-locked': 'Keys are locked',
  'corrupt-data': 'Data is damaged',
  'source-failed': 'The report source failed',
  unavailable: 'Not available',
  internal: 'Something went wrong',
};

/** PostgreSQL: a text with NUL, or a value that its type can't hold; dates and their offsets among them. */
const untranslatable = new Set(['22021', '22P05', '22003', '22007', '22008', '22009']);

/** Gives every error its AppError. What was not raised on purpose becomes `internal` and says nothing of the inside. */
export function asAppError(error: unknown): AppError {
  const known = toAppError(error);
  if (known instanceof AppError) return known;
  const { code } = codeOf(error);
  if (code === sqlstate.uniqueViolation)
    return new AppError('conflict', 'Something with the same name or key already exists.', { cause: error });
  if (code === sqlstate.foreignKeyViolation)
    return new AppError('conflict', 'It refers to something that does not exist, or is still in use elsewhere.', {
      cause: error,
    });
  if (code === sqlstate.insufficientPrivilege)
    return new AppError('forbidden', 'Your role does not allow this.', { cause: error });
  if (code !== null && untranslatable.has(code))
    return new AppError('validation-failed', 'A value holds a character or a number that can’t be stored.', {
      cause: error,
    });
  if (code?.startsWith('22') || code?.startsWith('23'))
    return new AppError('validation-failed', 'A value, or a combination of values, is not allowed here.', {
      cause: error,
    });
  if (outcomeOf(error) === 'refuse')
    return new AppError('conflict', 'It conflicts with existing data.', { cause: error });
  if (outcomeOf(error) === 'wait')
    return new AppError(
      'unavailable',
      'A service that this needs is not answering. Nothing was changed; try again in a moment.',
      { cause: error, retryAfterSeconds: 2 },
    );
  return new AppError(
    'internal',
    'Something went wrong on this console. Try again; if it happens again, give support the request id.',
    {
      cause: error,
    },
  );
}

/** An RFC 9457 answer. `status` overrides the code's own, for HTTP's special cases such as 405. */
export function problemResponse(
  error: AppError,
  about: { requestId: string; instance: string; status?: number; headers?: Record<string, string> },
): Response {
  const status = about.status ?? error.status;
  const problem: Problem = {
    type: `/problems/${error.code}`,
    title: titles[error.code],
    status,
    detail: error.message,
    instance: about.instance,
    requestId: about.requestId,
    ...(error.extras.fields ? { fields: error.extras.fields } : {}),
    ...(error.extras.references ? { references: error.extras.references } : {}),
    ...(error.extras.version === undefined ? {} : { version: error.extras.version }),
    ...(error.extras.checks ? { checks: error.extras.checks } : {}),
    ...(error.extras.changes ? { changes: error.extras.changes } : {}),
  };
  const headers = securityHeaders(about.requestId, about.headers);
  headers.set('content-type', 'application/problem+json');
  if (error.extras.retryAfterSeconds !== undefined)
    headers.set('retry-after', String(Math.max(1, Math.ceil(error.extras.retryAfterSeconds))));
  return new Response(JSON.stringify(problem), { status, headers });
}
