import { Anchor, Skeleton, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useOperation } from '../../../api/use-operation.ts';
import { Chart } from '../../../components/Chart.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ReportTable } from '../../../components/ReportTable.tsx';
import { statusNames } from '../../../strings/common.ts';
import { reports as words } from '../../../strings/reports.ts';
import { statusLooks } from '../../../theme/status.ts';

const drawn = ['DELIVERED', 'IN_STORAGE', 'IN_TRANSIT'] as const;

/** How many of a run's trackers were in each status, day by day. */
export function RunStatuses({ runId }: { runId: number }) {
  const { data, isError, error, refetch } = useOperation('listRunAggregates', {
    params: { productionRunId: runId },
    query: { period: 'day' },
  });
  const chart = useMemo(() => {
    const items = data?.items ?? [];
    return {
      times: items.map((item) => Date.parse(item.bucketStart) / 1000),
      series: drawn.map((status) => ({
        label: statusNames[status],
        color: statusLooks[status].color,
        values: items.map((item) => item.statusCounts[status]),
      })),
    };
  }, [data]);
  return (
    <Panel title={words.statusByHour}>
      {isError ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={180} />
      ) : chart.times.length > 1 ? (
        <Chart label={words.statusByHourLabel} days stacked {...chart} />
      ) : (
        <Text size="sm" c="dimmed">
          {words.noStatuses}
        </Text>
      )}
    </Panel>
  );
}

const hiddenOfDelivery = [
  'client',
  'production_run',
  'first_confirmed',
  'p95_hours_from_run_start',
  'p95_hours_from_allocation',
];
const hiddenOfDwell = ['cut_at_start', 'kind', 'p95_hours'];

/** Confirmed deliveries and dwell of a run, by location. */
export function RunReports({ runId }: { runId: number }) {
  const query = { productionRunId: runId };
  const asReport = (report: string) => (
    <Anchor component={Link} size="sm" to={`/reports?report=${report}&productionRunId=${runId}`}>
      {words.all}
    </Anchor>
  );
  return (
    <>
      <Panel title={words.names['delivery-performance'][0]} actions={asReport('delivery-performance')} flush>
        <ReportTable flush report="delivery-performance" query={query} without={hiddenOfDelivery} />
      </Panel>
      <Panel title={words.names['dwell-by-location'][0]} actions={asReport('dwell-by-location')} flush>
        <ReportTable flush report="dwell-by-location" query={query} without={hiddenOfDwell} />
      </Panel>
    </>
  );
}
