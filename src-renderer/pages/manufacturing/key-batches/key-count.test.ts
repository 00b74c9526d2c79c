import { expect, it } from 'vitest';
import { keyBatches } from '../../../strings/key-batches.ts';
import { keyCountError } from './key-count.ts';

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
});
