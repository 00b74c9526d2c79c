import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedFields, mergeOver, onlyChanged } from './merge.ts';

const base = { quantity: 5, dueDate: null as string | null, notes: '' };

test('fields that only one of two people touched need no decision', () => {
  const mine = { ...base, notes: 'By the side door.' };
  const theirs = { ...base, quantity: 9, dueDate: '2026-12-24' };
  expect(mergeOver(base, mine, theirs)).toEqual({
    merged: { quantity: 9, dueDate: '2026-12-24', notes: 'By the side door.' },
    clashes: [],
    taken: ['quantity', 'dueDate'],
  });
});

test('what both changed keeps what was typed and is asked about, unless both mean the same', () => {
  const mine = { ...base, notes: 'Mine', quantity: 7 };
  const theirs = { ...base, notes: 'Theirs', quantity: 7 };
  expect(mergeOver(base, mine, theirs)).toEqual({ merged: mine, clashes: ['notes'], taken: [] });
});

test('only what differs is sent', () => {
  expect(onlyChanged(base, { ...base, notes: 'x' })).toEqual({ notes: 'x' });
  expect(onlyChanged({ at: [1, 2] }, { at: [1, 2] })).toEqual({});
  expect(onlyChanged<object>({ name: 'A' }, { name: 'A', credentials: null })).toEqual({ credentials: null });
});

test('a merge loses nobody’s change, whatever they are', () => {
  const values = fc.record({ a: fc.integer({ max: 3 }), b: fc.integer({ max: 3 }), c: fc.integer({ max: 3 }) });
  fc.assert(
    fc.property(values, values, values, (was, mine, theirs) => {
      const { merged, clashes } = mergeOver(was, mine, theirs);
      for (const field of changedFields(was, mine)) expect(merged[field]).toBe(mine[field]);
      for (const field of changedFields(was, theirs))
        if (!clashes.includes(field)) expect(merged[field]).toBe(theirs[field]);
    }),
    { numRuns: 50 },
  );
});
