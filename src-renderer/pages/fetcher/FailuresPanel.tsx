import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCircleCheck } from '@tabler/icons-react';
import type { OperationOutput } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation, usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { MacAddress } from '../../components/MacAddress.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Time } from '../../components/Time.tsx';
import { fetcher } from '../../strings/fetcher.ts';
import { count } from '../../strings/format.ts';

const { failures: words } = fetcher;
type Failure = OperationOutput<'listFetchFailures'>['items'][number];
const nameOf = (failure: Failure) => failure.macAddress ?? `#${failure.trackerId}`;

const columns: Column<Failure>[] = [
  {
    id: 'tracker',
    header: words.tracker,
    width: 150,
    cell: (failure) => <MacAddress value={nameOf(failure)} to={`/trackers/${failure.trackerId}`} copy={false} />,
  },
  { id: 'run', header: words.run, width: 140, cell: (failure) => failure.productionRunName },
  { id: 'streak', header: words.streak, width: 70, align: 'right', cell: (failure) => count(failure.streak) },
  { id: 'factor', header: words.factor, width: 70, align: 'right', cell: (failure) => words.factorOf(failure.factor) },
  { id: 'total', header: words.total, width: 70, align: 'right', cell: (failure) => count(failure.totalFailures) },
  { id: 'first', header: words.first, width: 98, cell: (failure) => <Time value={failure.firstFailureAt} relative /> },
  { id: 'last', header: words.last, width: 98, cell: (failure) => <Time value={failure.lastFailureAt} relative /> },
  {
    id: 'next',
    header: words.next,
    width: 98,
    cell: (failure) => <Time value={failure.nextDueAt} relative absent="–" />,
  },
  {
    id: 'error',
    header: words.error,
    width: 180,
    cell: (failure) => <span title={failure.lastError ?? undefined}>{failure.lastError}</span>,
  },
];

/** Trackers that complete answers did not mention, longest streak first. */
export function FailuresPanel() {
  const mayFetch = useCan('controlFetcher');
  const pages = usePages('listFetchFailures', {});
  const fetchNow = useOperationMutation('controlFetcher', {
    invalidates: ['getFetcher', 'listFetchFailures'],
    onSuccess: () => notifications.show({ message: words.queued }),
  });
  const action: Column<Failure> = {
    id: 'fetch',
    header: '',
    width: 104,
    align: 'right',
    cell: (failure) => (
      <Button
        variant="subtle"
        size="compact-xs"
        aria-label={words.fetchLabel(nameOf(failure))}
        onClick={() => fetchNow.mutate({ body: { action: 'fetch-now', trackerIds: [failure.trackerId] } })}
      >
        {words.fetch}
      </Button>
    ),
  };
  return (
    <Panel title={words.title}>
      <Text size="sm" c="dimmed" mb="xs">
        {words.hint}
      </Text>
      <DataTable
        name="fetch-failures"
        label={words.title}
        columns={mayFetch ? [...columns, action] : columns}
        pages={pages}
        rowKey={(failure) => failure.trackerId}
        maxHeight={420}
        empty={<EmptyState icon={IconCircleCheck} title={words.empty} description={words.emptyHint} />}
      />
    </Panel>
  );
}
