import { MAX_KEY_BATCH } from '../../../../src-shared/contract/key-batches.ts';
import { MAX_KEYS_PER_DEVICE } from '../../../../src-shared/domain/find-my/keys.ts';
import { keyBatches } from '../../../strings/key-batches.ts';

const { errors } = keyBatches.create;

/** What is wrong with a number of trackers as typed; null when the keys for them can be made. */
export function keyCountError(typed: number | string, keysPerDevice: number | string = 1): string | null {
  if (typed === '') return errors.countMissing;
  const value = Number(typed);
  if (!Number.isInteger(value)) return errors.countWhole;
  if (value < 1) return errors.countSmall;
  return value * (Number(keysPerDevice) || 1) > MAX_KEY_BATCH ? errors.countLarge(MAX_KEY_BATCH) : null;
}

/** The same of the keys that each has. */
export function keysPerDeviceError(typed: number | string): string | null {
  const value = Number(typed);
  return Number.isInteger(value) && value >= 1 && value <= MAX_KEYS_PER_DEVICE
    ? null
    : errors.keysPerDevice(MAX_KEYS_PER_DEVICE);
}
