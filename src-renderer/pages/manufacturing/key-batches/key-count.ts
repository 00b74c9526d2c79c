import { MAX_KEY_BATCH } from '../../../../src-shared/contract/key-batches.ts';
import { keyBatches } from '../../../strings/key-batches.ts';

const { errors } = keyBatches.create;

/** What is wrong with a number of keys as typed; null when it can be made. */
export function keyCountError(typed: number | string): string | null {
  if (typed === '') return errors.countMissing;
  const value = Number(typed);
  if (!Number.isInteger(value)) return errors.countWhole;
  if (value < 1) return errors.countSmall;
  return value > MAX_KEY_BATCH ? errors.countLarge(MAX_KEY_BATCH) : null;
}
