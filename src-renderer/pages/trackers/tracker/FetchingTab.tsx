import { SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleMinus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useOperation } from '../../../api/use-operation.ts';
import { Chart } from '../../../components/Chart.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { Time } from '../../../components/Time.tsx';
import { count } from '../../../strings/format.ts';
import { tracker } from '../../../strings/trackers.ts';

const { fetching: words } = tracker;

/** Whether and when the tracker is fetched, and how it failed, day by day. */
export function FetchingTab({ trackerId }: { trackerId: number }) {
  const state = useOperation('getFetchState', { params: { trackerId } });
  const days = state.data?.days;
  const chart = useMemo(() => {
    const sorted = [...(days ?? [])].sort((a, b) => a.day.localeCompare(b.day));
    return {
      times: sorted.map((day) => Date.parse(`${day.day}T00:00:00Z`) / 1000),
      series: [
        { label: words.successes, color: 'var(--status-delivered)', values: sorted.map((day) => day.successes) },
        { label: words.failures, color: 'var(--attention)', dash: [4, 3], values: sorted.map((day) => day.failures) },
      ],
    };
  }, [days]);
  if (state.isError) return <ErrorState error={state.error} onRetry={() => void state.refetch()} />;
  if (!state.data) return <Skeleton height={160} />;
  const { data } = state;
  const Icon = data.queued ? IconCircleCheck : IconCircleMinus;
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Stack gap="xs">
        <Text size="sm" component="div" style={{ display: 'flex', gap: 6, alignItems: 'center' }}>
          <Icon size={16} aria-hidden /> {data.queued ? words.queued : words.notQueued}
        </Text>
        <Facts
          facts={[
            { label: words.nextDue, value: data.nextDueAt && <Time value={data.nextDueAt} relative /> },
            { label: words.factor, value: `× ${data.factor}` },
            { label: words.streak, value: count(data.streak) },
            { label: words.total, value: count(data.totalFailures) },
            { label: words.lastSuccess, value: <Time value={data.lastSuccessAt} /> },
            { label: words.firstFailure, value: data.firstFailureAt && <Time value={data.firstFailureAt} /> },
            { label: words.lastFailure, value: data.lastFailureAt && <Time value={data.lastFailureAt} /> },
            { label: words.lastError, value: data.lastError },
          ]}
        />
      </Stack>
      {chart.times.length > 1 && <Chart label={words.chart} days {...chart} />}
    </SimpleGrid>
  );
}
