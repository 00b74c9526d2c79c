import sql from 'sql-template-tag';
import { AppError } from '../errors.ts';
import type { Transaction } from './queryable.ts';
import { codeOf } from './sqlstate.ts';

/** data_exception and integrity_constraint_violation (PostgreSQL manual, appendix A): the values are refused, nothing else. */
const refusedValues = /^2[23][0-9A-Z]{3}$/;

const isRefusal = (error: unknown) =>
  (error instanceof AppError && error.code === 'conflict') || refusedValues.test(codeOf(error).code ?? '');

/**
 * Does a part of a transaction, or nothing of it where the database refuses its values or it throws AppError `conflict`:
 * then it answers with that error, and the transaction goes on. Other errors pass.
 */
export async function unlessRefused(tx: Transaction, work: () => Promise<void>): Promise<{ error: unknown } | null> {
  await tx.query(sql`savepoint part`);
  try {
    await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await undoPart(tx);
    return { error };
  }
  await tx.query(sql`release savepoint part`);
  return null;
}

/** Does a part of a transaction and takes it back: what it found out stays. */
export async function withoutEffect(tx: Transaction, work: () => Promise<void>): Promise<void> {
  await tx.query(sql`savepoint part`);
  await work();
  await undoPart(tx);
}

async function undoPart(tx: Transaction): Promise<void> {
  await tx.query(sql`rollback to savepoint part`);
  await tx.query(sql`release savepoint part`);
}
