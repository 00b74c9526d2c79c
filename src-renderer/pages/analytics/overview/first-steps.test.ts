import { expect, test } from 'vitest';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { type Existing, firstSteps } from './first-steps.ts';
import { hasReports } from './has-reports.ts';

const none: Existing = {
  ...{ recoveryKit: false, reportSource: false, manufacturer: false, keyBatch: false, import: false, client: false },
  ...{ brand: false, run: false, location: false, order: false, position: false },
};

test('nothing is said before everything is known', () => {
  expect(firstSteps({}, () => true)).toBeNull();
  expect(firstSteps({ ...none, order: undefined as never }, () => true)).toBeNull();
});

test('what exists is done, and the first of the others is next', () => {
  expect(firstSteps(none, () => true)).toMatchObject({ done: 0, total: 11 });
  const begun = firstSteps({ ...none, recoveryKit: true, manufacturer: true }, () => true);
  expect(begun).toMatchObject({ done: 2, total: 11 });
  expect(begun?.left[0]).toEqual({ id: 'reportSource', to: '/fetcher' });
});

test('steps of other people are neither asked for nor counted', () => {
  const operations = firstSteps({ ...none, recoveryKit: undefined as never }, (op) => op !== 'prepareRecoveryKit');
  expect(operations).toMatchObject({ total: 10 });
  expect(firstSteps({}, () => false)).toEqual({ done: 0, total: 0, left: [] });
});

test('days without anything are nothing to draw', () => {
  const day = { day: '2026-11-20', IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 };
  const empty = {
    reportsByDay: [{ day: '2026-11-20', reports: 0 }],
    statusByDay: [day],
    statusCounts: { UNKNOWN: 3, IN_TRANSIT: 0, IN_STORAGE: 0, DELIVERED: 0 },
    recentDeliveries: [],
  } as unknown as Overview;
  expect(hasReports(empty)).toBe(false);
  expect(hasReports({ ...empty, reportsByDay: [{ day: '2026-11-20', reports: 1 }] })).toBe(true);
  expect(hasReports({ ...empty, statusByDay: [{ ...day, DELIVERED: 1 }] })).toBe(true);
});
