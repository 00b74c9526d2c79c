import { Skeleton, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { Chart } from '../../../components/Chart.tsx';
import { Distribution } from '../../../components/Distribution.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { StatusCounts } from '../../../components/StatusCounts.tsx';
import type { WhoseDays } from '../../../dates/whose-days.tsx';
import { statusNames } from '../../../strings/common.ts';
import { dates } from '../../../strings/dates.ts';
import { overview as words } from '../../../strings/overview.ts';
import { statusLooks } from '../../../theme/status.ts';
import classes from './Overview.module.css';

const seconds = (day: string) => Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / 1000;
const drawn = ['DELIVERED', 'IN_STORAGE', 'IN_TRANSIT'] as const;
const CHART_HEIGHT = 190;

/** Statuses now and over the last days, stacked from what is finished to what is under way. */
export function StatusChart({ overview, whose }: { overview: Overview; whose: WhoseDays }) {
  const chart = useMemo(() => {
    const days = [...overview.statusByDay].sort((a, b) => a.day.localeCompare(b.day));
    return {
      times: days.map(({ day }) => seconds(day)),
      series: drawn.map((status) => ({
        label: statusNames[status],
        color: statusLooks[status].color,
        values: days.map((day) => day[status]),
      })),
    };
  }, [overview.statusByDay]);
  return (
    <Panel title={words.statusByDay} term="delivered" hint={whose.words} className={classes.wide}>
      <StatusCounts counts={overview.statusCounts} legend />
      <div style={{ height: 10 }} />
      {chart.times.length > 1 ? (
        <Chart label={words.statusByDayLabel} days daysOf={whose.short} stacked height={CHART_HEIGHT} {...chart} />
      ) : (
        <Text size="sm" c="dimmed">
          {words.noChart}
        </Text>
      )}
    </Panel>
  );
}

/** How many reports each day brought: whether data is coming in at all. */
export function ReportsChart({ overview }: { overview: Overview }) {
  const chart = useMemo(() => {
    const days = [...overview.reportsByDay].sort((a, b) => a.day.localeCompare(b.day));
    return {
      times: days.map(({ day }) => seconds(day)),
      series: [
        { label: words.reports, color: 'var(--mantine-primary-color-filled)', values: days.map((day) => day.reports) },
      ],
    };
  }, [overview.reportsByDay]);
  return (
    <Panel title={words.reportsByDay} hint={dates.utcDays} className={classes.third}>
      {chart.times.length > 0 ? (
        <Chart label={words.reportsByDayLabel} days kind="bars" height={CHART_HEIGHT} {...chart} />
      ) : (
        <Text size="sm" c="dimmed">
          {words.noChart}
        </Text>
      )}
    </Panel>
  );
}

/** Confirmed deliveries by day, and how long goods stayed in storage: what a customer asks about. */
export function FlowCharts({ whose }: { whose: WhoseDays }) {
  const query = useOperation(
    'getOverviewCharts',
    { query: { timeZone: whose.timeZone } },
    { refetchInterval: 5 * 60_000 },
  );
  const data = query.data;
  const chart = useMemo(
    () => ({
      times: (data?.deliveriesByDay ?? []).map(({ day }) => seconds(day)),
      series: [
        {
          label: words.deliveriesLabel,
          color: statusLooks.DELIVERED.color,
          values: (data?.deliveriesByDay ?? []).map(({ deliveries }) => deliveries),
        },
      ],
    }),
    [data],
  );
  const waiting = query.isError ? (
    <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <Skeleton height={CHART_HEIGHT} />
  );
  return (
    <>
      <Panel title={words.deliveriesByDay} term="confirmedDelivery" hint={whose.words} className={classes.third}>
        {data ? (
          <Chart
            label={words.deliveriesByDayLabel}
            days
            daysOf={whose.short}
            kind="bars"
            height={CHART_HEIGHT}
            {...chart}
          />
        ) : (
          waiting
        )}
      </Panel>
      <Panel title={words.dwell} className={classes.third}>
        {data ? (
          <Distribution
            label={words.dwellLabel}
            color={statusLooks.IN_STORAGE.color}
            classesOf={data.dwell.map(({ bucket, stays }) => ({
              id: bucket,
              name: words.dwellBuckets[bucket],
              value: stays,
            }))}
          />
        ) : (
          waiting
        )}
      </Panel>
    </>
  );
}
