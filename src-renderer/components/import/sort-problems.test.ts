import { expect, test } from 'vitest';
import type { ImportProblem } from '../../../src-shared/contract/jobs.ts';
import { kindsOf, sortedProblems } from './sort-problems.ts';

const problem = (row: number, code: string, value: string | null = null): ImportProblem => ({
  row,
  code,
  value,
  column: 'mac',
  message: `About ${code}.`,
});
const list = [problem(10, 'b', 'zz'), problem(2, 'a', 'C0'), problem(3, 'b')];
const rows = (by: Partial<Parameters<typeof sortedProblems>[1]>) =>
  sortedProblems(list, { sort: 'row', kind: null, search: '', ...by }).map(({ row }) => row);

test('problems are sorted, narrowed to a kind, and searched', () => {
  expect(rows({})).toEqual([2, 3, 10]);
  expect(rows({ sort: '-row' })).toEqual([10, 3, 2]);
  expect(rows({ sort: '-value' })).toEqual([10, 2, 3]);
  expect(rows({ sort: 'message' })).toEqual([2, 3, 10]);
  expect(rows({ kind: 'b' })).toEqual([3, 10]);
  expect(rows({ search: ' c0 ' })).toEqual([2]);
  expect(rows({ search: 'nothing' })).toEqual([]);
  expect(kindsOf(list)).toEqual([
    { code: 'b', times: 2 },
    { code: 'a', times: 1 },
  ]);
});
