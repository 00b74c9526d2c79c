import type { Database } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { type Link, outOfReach } from './link.ts';

/**
 * The central database as requests see it: while it is known to be out of reach they fail at once, instead of each
 * waiting for its own connection; a request that loses it has the link checked.
 */
export function guardDatabase(db: Database, link: () => Link): Database {
  const pass = async <T>(work: () => Promise<T>): Promise<T> => {
    if (link().state() === 'offline') throw outOfReach();
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.code === 'unavailable') void link().check();
      throw error;
    }
  };
  return {
    ...db,
    query: (statement, limits) => pass(() => db.query(statement, limits)),
    transaction: (scope, work, limits) => pass(() => db.transaction(scope, work, limits)),
  };
}
