import { Group, Select, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ImportProblem } from '../../../src-shared/contract/jobs.ts';
import { count } from '../../strings/format.ts';
import { importing as words } from '../../strings/importing.ts';
import { type Column, DataTable } from '../DataTable.tsx';
import { SearchInput } from '../SearchInput.tsx';
import classes from './Import.module.css';
import { kindsOf, type ProblemSort, sortedProblems } from './sort-problems.ts';

const columns: Column<ImportProblem>[] = [
  { id: 'row', header: words.row, width: 84, align: 'right', sort: 'row', cell: (problem) => count(problem.row) },
  { id: 'column', header: words.column, width: 150, sort: 'column', cell: (problem) => problem.column ?? '' },
  {
    id: 'value',
    header: words.value,
    width: 210,
    sort: 'value',
    cell: (problem) => (
      <span className={classes.value} title={problem.value ?? undefined}>
        {problem.value}
      </span>
    ),
  },
  {
    id: 'reason',
    header: words.reason,
    width: 420,
    sort: 'message',
    cell: (problem) => <span title={problem.message}>{problem.message}</span>,
  },
];

/** The rejected rows of an import: sorted by any column, narrowed to a kind of problem or to what one looks for. */
export function ProblemTable({ problems }: { problems: ImportProblem[] }) {
  const [sort, setSort] = useState<ProblemSort>('row');
  const [kind, setKind] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const kinds = useMemo(() => kindsOf(problems), [problems]);
  const shown = useMemo(() => sortedProblems(problems, { sort, kind, search }), [problems, sort, kind, search]);
  return (
    <>
      <Group gap="sm" align="flex-end">
        <SearchInput value={search} onChange={setSearch} label={words.filter} placeholder={words.filterPlaceholder} />
        <Select
          aria-label={words.kind}
          placeholder={words.allKinds(problems.length)}
          clearable
          w={300}
          data={kinds.map(({ code, times }) => ({
            value: code,
            label: `${code.replaceAll('-', ' ')} (${count(times)})`,
          }))}
          value={kind}
          onChange={setKind}
        />
      </Group>
      <DataTable
        name="import-problems"
        label={words.problems}
        columns={columns}
        rows={shown}
        rowKey={(problem) => `${problem.row}-${problem.column}-${problem.code}`}
        sort={sort}
        onSortChange={(next) => setSort(next as ProblemSort)}
        maxHeight={360}
        empty={<Text size="sm">{words.noMatch}</Text>}
      />
    </>
  );
}
