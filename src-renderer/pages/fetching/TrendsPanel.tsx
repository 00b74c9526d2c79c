import { SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { Chart } from '../../components/Chart.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { fetcher } from '../../strings/fetcher.ts';
import classes from './FetcherPage.module.css';

const { trends: words } = fetcher;
const REFRESH_MS = 15_000;
const CHART_HEIGHT = 150;
const spans = { hour: 60, shift: 480, days: 2880 } as const;
type Span = keyof typeof spans;

/** How the queue has stood, minute by minute, and how trackers failed, day by day. */
export function TrendsPanel() {
  const [span, setSpan] = useState<Span>('hour');
  const minutes = useOperation(
    'listFetchMinutes',
    { query: { minutes: spans[span] } },
    { refetchInterval: REFRESH_MS },
  );
  const days = useOperation('listFetchDays', { query: { days: 30 } }, { refetchInterval: 4 * REFRESH_MS });
  const live = useMemo(() => {
    const items = minutes.data?.items ?? [];
    const line = (label: string, color: string, values: number[]) => ({ label, color, values });
    return {
      times: items.map(({ minute }) => Date.parse(minute) / 1000),
      lag: [
        line(
          words.lag,
          'var(--attention)',
          items.map((item) => Math.round(item.lagSeconds / 60)),
        ),
      ],
      work: [
        line(
          words.claims,
          'var(--mantine-primary-color-filled)',
          items.map((item) => item.claims),
        ),
        line(
          words.stored,
          'var(--status-delivered)',
          items.map((item) => item.stored),
        ),
      ],
    };
  }, [minutes.data]);
  const byDay = useMemo(() => {
    const items = days.data?.items ?? [];
    return {
      times: items.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000),
      series: [{ label: words.absent, color: 'var(--attention)', values: items.map((item) => item.absent) }],
    };
  }, [days.data]);
  const failed = minutes.isError ? minutes : days.isError ? days : null;
  const range = (
    <SegmentedControl
      size="xs"
      aria-label={words.span}
      value={span}
      onChange={(next) => setSpan(next as Span)}
      data={Object.keys(spans).map((each) => ({ value: each, label: words.spans[each as Span] }))}
    />
  );
  if (failed)
    return (
      <Panel title={words.title}>
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      </Panel>
    );
  return (
    <Panel title={words.title} actions={range}>
      {!minutes.data || !days.data ? (
        <Skeleton height={CHART_HEIGHT} />
      ) : (
        <div className={classes.charts}>
          <Drawing title={words.lagTitle} enough={live.times.length > 1}>
            <Chart label={words.lagLabel} height={CHART_HEIGHT} times={live.times} series={live.lag} />
          </Drawing>
          <Drawing title={words.workTitle} enough={live.times.length > 1}>
            <Chart label={words.workLabel} height={CHART_HEIGHT} times={live.times} series={live.work} />
          </Drawing>
          <Drawing
            title={words.daysTitle}
            enough={byDay.series[0]!.values.some((absent) => absent > 0)}
            otherwise={words.noneAbsent}
          >
            <Chart label={words.daysLabel} height={CHART_HEIGHT} kind="bars" days {...byDay} />
          </Drawing>
        </div>
      )}
    </Panel>
  );
}

interface DrawingProps {
  title: string;
  /** Whether there is something to draw; else that is said. */
  enough: boolean;
  otherwise?: string;
  children: React.ReactNode;
}

function Drawing({ title, enough, otherwise = words.tooFew, children }: DrawingProps) {
  return (
    <section aria-label={title}>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      {enough ? (
        children
      ) : (
        <Text size="sm" c="dimmed">
          {otherwise}
        </Text>
      )}
    </section>
  );
}
