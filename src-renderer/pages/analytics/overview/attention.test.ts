import { expect, test } from 'vitest';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { attentionItems } from './attention.ts';

const quiet = {
  trackers: { total: 0, manufactured: 0, allocated: 0, active: 0, silent: 0, silentAfterHours: 48, waiting: 0 },
  orders: { open: 0, late: 0 },
  lateOrders: [],
} as unknown as Overview;
const keysOf = (state: string, mayProtect: boolean) =>
  attentionItems(quiet, undefined, undefined, state, [], (day) => day, mayProtect).map(({ title, to }) => [title, to]);

test('locked keys are told apart from a console that is not enrolled, and the way leads to where it is mended', () => {
  expect(keysOf('ready', true)).toEqual([]);
  expect(keysOf('locked', true)).toEqual([['The keys are locked on this console', '/key-protection']]);
  expect(keysOf('not-enrolled', true)).toEqual([['This console is not enrolled', '/key-protection']]);
  // Whoever may not open that screen sees the state under Settings.
  expect(keysOf('locked', false)).toEqual([['The keys are locked on this console', '/settings']]);
});
