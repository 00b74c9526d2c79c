import { AppError } from '../errors.ts';
import { codeOf, sqlstate } from './sqlstate.ts';

/**
 * Runs a write and turns the refusal of one unique index into AppError `conflict` with a sentence at its field. The
 * transaction can't be used after that; it rolls back.
 */
export async function orNameTaken<T>(
  write: Promise<T>,
  taken: { index: string; field: string; message: string },
): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const { code, constraint } = codeOf(error);
    if (code !== sqlstate.uniqueViolation || constraint !== taken.index) throw error;
    throw new AppError('conflict', taken.message, {
      fields: [{ path: taken.field, message: taken.message }],
      cause: error,
    });
  }
}

/** The error for an input that is well formed but impossible, said at its field. */
export const invalid = (path: string, message: string) =>
  new AppError('validation-failed', message, { fields: [{ path, message }] });

/** Reads what an input names; what is not there, or not the person's to see, is an invalid input rather than a 404. */
export async function chosen<T>(read: Promise<T>, path: string, message: string): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') throw invalid(path, message);
    throw error;
  }
}

/** What an update changed, for the audit entry: field -> from, to. The version only says that it did. */
export function changes<T extends object>(before: T, after: T): Record<string, { from: unknown; to: unknown }> {
  const changed: Record<string, { from: unknown; to: unknown }> = {};
  for (const key of Object.keys(after) as (keyof T & string)[]) {
    if (key === 'version') continue;
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      changed[key] = { from: before[key], to: after[key] };
  }
  return changed;
}
