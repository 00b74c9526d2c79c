import { expect, it } from 'vitest';
import { type Entry, placeOf, ranked } from './ranking.ts';

const entry = (group: Entry['group'], label: string, more: Partial<Entry> = {}): Entry => ({
  id: label,
  group,
  label,
  ...more,
});
const order = ['trackers', 'clients', 'locations', 'actions', 'pages'] as const;
const labels = (entries: Entry[], text: string, recent: string[] = []) =>
  ranked(entries, text, recent, order).map(({ group, entries: list }) => [group, ...list.map(({ label }) => label)]);

it.each([
  ['zurich', 'Zürich West', 1],
  ['MULLER', 'Müller', 0],
  ['mueller', 'Müller', 0],
  ['west zurich', 'Zürich West', 2],
  ['urich', 'Zürich West', 3],
  ['basel', 'Zürich West', null],
  ['#', 'Zürich West', null],
])('%s names %s at %s', (text, label, place) => {
  expect(placeOf(entry('locations', label), text)).toBe(place);
});

it('finds by what stands beside the name, by words that are not shown, and what the server found', () => {
  expect(placeOf(entry('clients', 'Trail', { detail: 'Northwind' }), 'north trail')).toBe(4);
  expect(placeOf(entry('actions', 'New user', { words: 'invite person' }), 'invite')).toBe(4);
  expect(placeOf(entry('trackers', 'C0:FF:EE:00:00:01', { found: true }), 'c0ffee000001')).toBe(5);
});

it('puts the best of all first, and its group on top', () => {
  const all = [
    entry('trackers', 'C0:01', { found: true }),
    entry('clients', 'North'),
    entry('clients', 'Northwind'),
    entry('actions', 'New order', { words: 'north' }),
  ];
  expect(labels(all, 'north')).toEqual([
    ['clients', 'North', 'Northwind'],
    ['actions', 'New order'],
    ['trackers', 'C0:01'],
  ]);
});

it('of equals the one opened last comes first, but not before a better one', () => {
  const all = [entry('clients', 'North A'), entry('clients', 'North B'), entry('locations', 'North C')];
  expect(labels(all, 'nor', ['North C', 'North B'])).toEqual([
    ['locations', 'North C'],
    ['clients', 'North B', 'North A'],
  ]);
  expect(labels(all, 'north a', ['North C', 'North B'])).toEqual([['clients', 'North A']]);
});
