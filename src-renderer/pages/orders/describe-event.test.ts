import { expect, it } from 'vitest';
import { describeEvent } from './describe-event.ts';

it.each([
  [
    { kind: 'changed', details: { quantity: { from: 1, to: 2 }, dueDate: { from: null, to: '2026-12-01' } } },
    'Quantity: 1 → 2 · Due date: none → 2026-12-01',
  ],
  [{ kind: 'changed', details: { notes: { from: 'a', to: 'b' } } }, 'Notes changed'],
  [{ kind: 'cancelled', details: { released: 3 } }, '3 devices taken out'],
  [{ kind: 'split', details: { order: 9, number: 'ORD-000009', quantity: 40 } }, '40 to ORD-000009'],
  [{ kind: 'split-off', details: { order: 8, number: 'ORD-000008', quantity: 1 } }, '1 from ORD-000008'],
  [{ kind: 'filled', details: {} }, ''],
] as const)('describes %j', (event, words) => expect(describeEvent(event)).toBe(words));
