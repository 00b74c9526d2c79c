import { describe, expect, it } from 'vitest';
import { type Column, cardColumns, pinnedOf, sortRows } from './columns.ts';

interface Row {
  name: string | null;
  size: number | null;
}
const column = (id: string, rest: Partial<Column<Row>> = {}): Column<Row> => ({
  id,
  header: id,
  cell: () => null,
  ...rest,
});
const columns = [
  column('name', { value: (row) => row.name }),
  column('size', { value: (row) => row.size }),
  column('kind'),
  column('since'),
  column('menu', { header: '' }),
];
const idsOf = (found: Column<Row>[]) => found.map(({ id }) => id);

describe('columns of a table', () => {
  it('sorts rows at hand either way, those without the value last', () => {
    const rows = [
      { name: 'b', size: 2 },
      { name: null, size: 10 },
      { name: 'A', size: null },
    ];
    const sizes = (sort: string | null) => sortRows(rows, columns, sort).map((row) => row.size);
    expect(sizes('name')).toEqual([null, 2, 10]);
    expect(sizes('-name')).toEqual([2, null, 10]);
    expect(sizes('size')).toEqual([2, 10, null]);
    expect(sizes('-size')).toEqual([10, 2, null]);
    // As they came: no sort, or a column that has no value.
    expect(sortRows(rows, columns, null)).toBe(rows);
    expect(sortRows(rows, columns, 'kind')).toBe(rows);
  });

  it('makes a card of what names the row, what can be done with it, and three facts', () => {
    expect(idsOf(cardColumns(columns, columns))).toEqual(['name', 'menu', 'size', 'kind', 'since']);
    const marked = columns.map((each) => (each.id === 'since' ? { ...each, fact: true } : each));
    // A marked fact shows also where its column is hidden.
    const visible = marked.filter(({ id }) => id !== 'since');
    expect(idsOf(cardColumns(marked, visible))).toEqual(['name', 'menu', 'since']);
    expect(cardColumns(columns, [])).toEqual([]);
    const headed = columns.map((each) => (each.id === 'kind' ? { ...each, heads: true } : each));
    expect(idsOf(cardColumns(headed, headed))).toEqual(['kind', 'menu', 'name', 'size', 'since']);
  });

  it('keeps the first column and the one of actions in sight', () => {
    expect(columns.map((each) => pinnedOf(each, columns))).toEqual(['first', undefined, undefined, undefined, 'last']);
    expect(pinnedOf(columns[3]!, columns.slice(0, 4))).toBeUndefined();
  });
});
