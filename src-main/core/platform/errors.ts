import type { PartState } from '../../../src-shared/contract/part-state.ts';
import type { FieldChange, FieldProblem, ProblemCode } from '../../../src-shared/contract/problem.ts';

/** HTTP status of each code. */
const statusOf: Record<ProblemCode, number> = {
  'bad-request': 400,
  'validation-failed': 422,
  'not-authenticated': 401,
  'second-factor-required': 401,
  forbidden: 403,
  'password-change-required': 403,
  'not-found': 404,
  conflict: 409,
  referenced: 409,
  overtaken: 412,
  'version-needed': 428,
  'idempotency-mismatch': 409,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'too-many-requests': 429,
  'setup-required': 409,
  'not-enrolled': 409,
  'key-locked': 423,
  'corrupt-data': 500,
  'source-failed': 502,
  unavailable: 503,
  internal: 500,
};

export interface AppErrorExtras {
  fields?: FieldProblem[];
  references?: { type: string; id: number; name: string }[];
  version?: number;
  changes?: FieldChange[];
  checks?: Record<string, PartState>;
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * The one family of errors that the product raises on purpose. `message` is a sentence that a person can act on, and
 * is shown to them: no key material, no SQL, no path of this machine.
 */
export class AppError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly extras: AppErrorExtras;
  constructor(code: ProblemCode, message: string, extras: AppErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = statusOf[code];
    this.extras = extras;
  }
}

export const notFound = (what: string, id: number | string) =>
  new AppError('not-found', `There is no ${what} ${id}, or it is not yours to see.`);
