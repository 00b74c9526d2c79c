import { expect, it } from 'vitest';
import { snoozeEnd } from './snooze-times.ts';

it.each([
  ['hours', '2026-11-27T22:00:00Z', '2026-11-28T02:00:00.000Z'],
  ['tomorrow', '2026-11-27T22:00:00Z', '2026-11-28T07:00:00.000Z'],
  // Past midnight in Zürich already.
  ['tomorrow', '2026-11-27T23:30:00Z', '2026-11-29T07:00:00.000Z'],
  ['monday', '2026-11-27T22:00:00Z', '2026-11-30T07:00:00.000Z'],
  // A Monday and a Sunday.
  ['monday', '2026-11-30T09:00:00Z', '2026-12-07T07:00:00.000Z'],
  ['monday', '2026-11-29T09:00:00Z', '2026-11-30T07:00:00.000Z'],
  // The clocks change in the night before.
  ['tomorrow', '2026-10-24T12:00:00Z', '2026-10-25T07:00:00.000Z'],
] as const)('%s from %s in Zürich ends at %s', (snooze, now, end) => {
  expect(snoozeEnd(snooze, 'Europe/Zurich', new Date(now)).toISOString()).toBe(end);
});
