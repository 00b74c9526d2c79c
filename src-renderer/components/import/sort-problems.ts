import type { ImportProblem } from '../../../src-shared/contract/jobs.ts';

type Key = 'row' | 'column' | 'value' | 'message';
export type ProblemSort = Key | `-${Key}`;

/** The kinds of problems, the most frequent first. */
export function kindsOf(problems: readonly ImportProblem[]): { code: string; times: number }[] {
  const times = new Map<string, number>();
  for (const { code } of problems) times.set(code, (times.get(code) ?? 0) + 1);
  return [...times].map(([code, n]) => ({ code, times: n })).sort((a, b) => b.times - a.times);
}

/** Those of a kind (null: all) that have the searched text in row, column, value or reason; equal ones stay by row. */
export function sortedProblems(
  problems: readonly ImportProblem[],
  by: { sort: ProblemSort; kind: string | null; search: string },
): ImportProblem[] {
  const wanted = by.search.trim().toLowerCase();
  const key = by.sort.replace(/^-/, '') as Key;
  const direction = by.sort.startsWith('-') ? -1 : 1;
  const compare = (a: ImportProblem, b: ImportProblem) =>
    key === 'row' ? a.row - b.row : (a[key] ?? '').localeCompare(b[key] ?? '');
  return problems
    .filter((problem) => by.kind === null || problem.code === by.kind)
    .filter(({ row, column, value, message }) =>
      wanted === '' ? true : `${row}\n${column}\n${value}\n${message}`.toLowerCase().includes(wanted),
    )
    .sort((a, b) => direction * compare(a, b) || a.row - b.row);
}
