import { expect, test } from 'vitest';
import type { FetcherState } from '../../../../src-shared/contract/fetcher.ts';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { attentionItems } from './attention.ts';

const quiet = {
  trackers: { total: 0, manufactured: 0, allocated: 0, active: 0, silent: 0, silentAfterHours: 48, waiting: 0 },
  orders: { open: 0, late: 0 },
  lateOrders: [],
} as unknown as Overview;
const keysOf = (state: string, mayProtect: boolean) =>
  attentionItems(quiet, undefined, undefined, state, [], (day) => day, mayProtect).map(({ title, to }) => [title, to]);

test('trackers are named that were absent as often in a row as the setting says, and not those absent once', () => {
  const fetcher = (consistentlyFailing: number) =>
    ({
      ...{ paused: false, running: true, failingTrackers: 40, consistentlyFailing, settings: { failingStreak: 6 } },
      ...{ sources: [{ id: 1, enabled: true, state: { circuit: 'closed', blindSince: null, lastRequestAt: 'x' } }] },
    }) as unknown as FetcherState;
  const items = (n: number) =>
    attentionItems(quiet, fetcher(n), undefined, 'ready', [], (day) => day, true).map(({ title, to }) => [title, to]);
  expect(items(0)).toEqual([]);
  expect(items(3)).toEqual([['3 trackers were absent 6 times in a row or more', '/fetcher?failures=consistent']]);
});

test('locked keys are told apart from a console that is not enrolled, and the way leads to where it is mended', () => {
  expect(keysOf('ready', true)).toEqual([]);
  expect(keysOf('locked', true)).toEqual([['The keys are locked on this console', '/key-protection']]);
  expect(keysOf('not-enrolled', true)).toEqual([['This console is not enrolled', '/key-protection']]);
  // Whoever may not open that screen sees the state under Settings.
  expect(keysOf('locked', false)).toEqual([['The keys are locked on this console', '/settings']]);
});
