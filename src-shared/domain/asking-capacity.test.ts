import { expect, it } from 'vitest';
import { askingCapacity } from './asking-capacity.ts';

const account = { minIntervalSeconds: 900, batchSize: 64 };
const accounts = (count: number) => Array<typeof account>(count).fill(account);

it('serves 128 keys an account at half an hour', () => {
  expect(askingCapacity(128, accounts(1), 30)).toEqual({ roundSeconds: 1800, missingAccounts: 0 });
  expect(askingCapacity(129, accounts(1), 30).missingAccounts).toBe(1);
  expect(askingCapacity(128_000, accounts(1000), 30).missingAccounts).toBe(0);
});

it('says how long a round takes, and how many accounts would make it as short as wanted', () => {
  // A round of 3 h 20 min.
  const keys = (64 / 900) * 2 * 12_000;
  const { roundSeconds, missingAccounts } = askingCapacity(keys, accounts(2), 30);
  expect(roundSeconds).toBeCloseTo(12_000);
  expect(missingAccounts).toBe(12);
  expect(askingCapacity(keys, accounts(2 + missingAccounts), 30).roundSeconds).toBeLessThanOrEqual(1800);
  expect(askingCapacity(keys, accounts(1 + missingAccounts), 30).roundSeconds).toBeGreaterThan(1800);
});

it('counts what each source takes', () => {
  const haystack = { minIntervalSeconds: 30, batchSize: 1 };
  expect(askingCapacity(60, [haystack], 30)).toEqual({ roundSeconds: 1800, missingAccounts: 0 });
  expect(askingCapacity(1000, [{ minIntervalSeconds: 0, batchSize: 1 }], 30).roundSeconds).toBe(1000);
  expect(askingCapacity(0, [], 30)).toEqual({ roundSeconds: null, missingAccounts: 0 });
  expect(askingCapacity(200, [], 30)).toEqual({ roundSeconds: null, missingAccounts: 2 });
});
