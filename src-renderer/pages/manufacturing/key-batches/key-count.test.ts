import { expect, it } from 'vitest';
import { keyBatches } from '../../../strings/key-batches.ts';
import { keyCountError, keysPerDeviceError } from './key-count.ts';

const { errors } = keyBatches.create;

it('tells what to do about each wrong number', () => {
  expect(keyCountError('')).toBe(errors.countMissing);
  expect(keyCountError('ten')).toBe(errors.countWhole);
  expect(keyCountError(1.5)).toBe(errors.countWhole);
  expect(keyCountError(0)).toBe(errors.countSmall);
  expect(keyCountError(-1)).toBe(errors.countSmall);
  expect(keyCountError(1e9)).toBe(errors.countLarge(1_000_000));
  expect(keyCountError(1)).toBeNull();
  expect(keyCountError('10000')).toBeNull();
  expect(keyCountError(1_000_000)).toBeNull();
  expect(keyCountError(100_000, 10)).toBeNull();
  expect(keyCountError(100_000, '11')).toBe(errors.countLarge(1_000_000));
});

it('takes 1 to 250 keys a tracker', () => {
  expect([1, '12', 250].map(keysPerDeviceError)).toEqual([null, null, null]);
  for (const wrong of ['', 0, 251, 1.5]) expect(keysPerDeviceError(wrong)).toBe(errors.keysPerDevice(250));
});
