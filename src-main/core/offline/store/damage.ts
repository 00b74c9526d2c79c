import { AppError } from '../../platform/errors.ts';

/** Result codes that say that the file itself is not sound (sqlite.org/rescode.html). */
const damaged = /^SQLITE_(CORRUPT|NOTADB)/;

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** The store of this workstation is damaged, which is different from a full disk or a busy file. */
export class StoreDamaged extends AppError {
  constructor(cause: unknown) {
    super(
      'corrupt-data',
      'The store of this workstation is damaged. Restart the console: it keeps the file and starts a new one.',
      { cause },
    );
    this.name = 'StoreDamaged';
  }
}

export const isDamage = (error: unknown): boolean => error instanceof StoreDamaged || damaged.test(codeOf(error));

/** Turns an error of SQLite into its AppError; other errors pass unchanged. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (isDamage(error)) return new StoreDamaged(error);
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(codeOf(error))) {
    return new AppError(
      'unavailable',
      'This workstation could not write its own store. Nothing was recorded. Free some disk space, then scan it again.',
      { cause: error },
    );
  }
  return error;
}
