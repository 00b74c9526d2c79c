import { expect, it } from 'vitest';
import { isReturned, keepEntries, keptEntries, type ReturnEntry, withEntry } from './return-entries.ts';

const entry = (mutationId: string, state: ReturnEntry['state']): ReturnEntry => ({
  ...{ mutationId, text: 'C0:00:00:00:00:01', reason: 'returned', at: 1, state, result: null, trouble: null },
});

it('keeps what a person did over a reload, and lets what had no answer be sent again', () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  } as Storage;
  expect(keptEntries(storage, 7)).toEqual([]);
  const entries = withEntry(withEntry([], entry('a', 'sending')), entry('b', 'sending'));
  expect(entries.map(({ mutationId }) => mutationId)).toEqual(['b', 'a']);
  const answered = withEntry(entries, entry('a', 'undone'));
  expect(answered.map(({ state }) => state)).toEqual(['sending', 'undone']);
  keepEntries(storage, 7, answered);
  expect(keptEntries(storage, 7).map(({ state }) => state)).toEqual(['failed', 'undone']);
  expect(keptEntries(storage, 8)).toEqual([]);
  items.set('console.returns', '{"userId":7,"entries":[1]}');
  expect(keptEntries(storage, 7)).toEqual([]);
  expect(isReturned(entry('a', 'answered'))).toBe(false);
});
