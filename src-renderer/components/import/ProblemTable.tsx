import { Box, Group, Select, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ImportProblem } from '../../../src-shared/contract/jobs.ts';
import { count } from '../../strings/format.ts';
import { importing as words } from '../../strings/importing.ts';
import { type Column, DataTable } from '../DataTable.tsx';
import { SearchInput } from '../SearchInput.tsx';
import classes from './Import.module.css';
import { kindsOf, type ProblemSort, sortedProblems } from './sort-problems.ts';

// The reason before the value: it is what a person has to read to its end.
const columns: Column<ImportProblem>[] = [
  { id: 'row', header: words.row, width: 76, align: 'right', sort: 'row', cell: (problem) => count(problem.row) },
  { id: 'column', header: words.column, width: 130, sort: 'column', cell: (problem) => problem.column ?? '' },
  {
    id: 'reason',
    header: words.reason,
    width: 560,
    sort: 'message',
    cell: (problem) => problem.message,
  },
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
];
/** As many as somebody reads on a telephone; all are in the file. */
const MOST_LISTED = 100;

/** The same for a narrow screen, where a table would show no reason. */
function ProblemList({ problems }: { problems: ImportProblem[] }) {
  return (
    <Stack gap="xs" component="ol" className={classes.problems} aria-label={words.problems}>
      {problems.slice(0, MOST_LISTED).map((problem) => (
        <li key={`${problem.row}-${problem.column}-${problem.code}`}>
          <Text size="sm" fw={500}>
            {words.place(problem.row, problem.column)}{' '}
            {problem.value !== null && <span className={classes.value}>{problem.value}</span>}
          </Text>
          <Text size="sm">{problem.message}</Text>
        </li>
      ))}
      {problems.length > MOST_LISTED && (
        <Text size="sm" c="dimmed" component="li">
          {words.moreProblems(problems.length - MOST_LISTED)}
        </Text>
      )}
    </Stack>
  );
}

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
      <Box visibleFrom="sm">
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
      </Box>
      <Box hiddenFrom="sm">
        <ProblemList problems={shown} />
      </Box>
    </>
  );
}
