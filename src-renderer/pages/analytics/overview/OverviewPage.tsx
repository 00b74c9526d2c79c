import { Skeleton } from '@mantine/core';
import { IconCalendarEvent, IconClipboardList, IconCloudDownload, IconTag, IconVolumeOff } from '@tabler/icons-react';
import { useCan, useRole } from '../../../api/session.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { NoPositionPanel } from '../../../components/no-position/NoPositionPanel.tsx';
import { Page } from '../../../components/Page.tsx';
import { Stat } from '../../../components/Stat.tsx';
import { formatDay } from '../../../dates/format.ts';
import { useWhoseDays, WhoseDaysSelect } from '../../../dates/whose-days.tsx';
import { common } from '../../../strings/common.ts';
import { count, duration } from '../../../strings/format.ts';
import { overview as words } from '../../../strings/overview.ts';
import { ActiveRuns } from './ActiveRuns.tsx';
import { AttentionList } from './AttentionList.tsx';
import { attentionItems, boxItems, LATE_ORDERS, silentTrackers } from './attention.ts';
import { FlowCharts, ReportsChart, StatusChart } from './DailyCharts.tsx';
import { FirstStepsPanel } from './FirstStepsPanel.tsx';
import { hasReports } from './has-reports.ts';
import classes from './Overview.module.css';
import { RecentDeliveries } from './RecentDeliveries.tsx';

const REFRESH_MS = 60_000;
/** A delay that is worth looking at: twice the shortest sensible fetch interval. */
const LAG_ATTENTION_SECONDS = 3600;

/** The first screen: what needs somebody, then how things stand. */
export default function OverviewPage() {
  const seesFetcher = useCan('getFetcher');
  const seesAbout = useCan('getAbout');
  const mayProtect = useCan('getKeyProtection');
  const seesOrders = useCan('listCustomerOrders');
  const isClient = useRole() === 'client-viewer';
  const whose = useWhoseDays();
  const query = useOperation('getOverview', { query: { timeZone: whose.timeZone } }, { refetchInterval: REFRESH_MS });
  const fetcher = useOperation('getFetcher', {}, { enabled: seesFetcher, refetchInterval: REFRESH_MS });
  const alerts = useOperation('getAlertSummary', {}, { refetchInterval: REFRESH_MS });
  const seesConsoles = useCan('listConsoles');
  const consoles = useOperation('listConsoles', {}, { enabled: seesConsoles, refetchInterval: REFRESH_MS });
  const settles = useCan('settleBoxDifferences');
  const boxes = useOperation('listBoxDifferences', { query: { limit: 1 } }, { enabled: settles });
  const about = useOperation('getAbout', {}, { enabled: seesAbout });
  const overview = query.data;
  if (!overview)
    return (
      <Page title={words.title} description={words.description}>
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton height={420} aria-label={common.loading} />
        )}
      </Page>
    );
  const { trackers, orders, runs } = overview;
  const queue = fetcher.data?.queue;
  const stats = words.stats;
  const drawn = hasReports(overview);
  return (
    <Page title={words.title} description={words.description} actions={drawn && <WhoseDaysSelect />}>
      <FirstStepsPanel overview={overview} />
      <div className={classes.stats}>
        {seesOrders && (
          <Stat
            icon={IconClipboardList}
            label={orders.late > 0 ? stats.lateOrders : stats.orders}
            value={count(orders.late > 0 ? orders.late : orders.open)}
            hint={orders.late > 0 ? stats.lateOrdersHint(orders.open) : stats.noneLate}
            attention={orders.late > 0}
            to={orders.late > 0 ? LATE_ORDERS : '/orders'}
          />
        )}
        <Stat
          icon={IconVolumeOff}
          label={stats.silent}
          value={count(trackers.silent)}
          hint={stats.silentHint(trackers.active, trackers.silentAfterHours, trackers.waiting)}
          attention={trackers.silent > 0}
          to={silentTrackers(overview)}
        />
        {queue && (
          <Stat
            icon={IconCloudDownload}
            label={stats.queueLag}
            value={duration(queue.dueLagSeconds)}
            hint={stats.queueLagHint(queue.due, queue.depth)}
            attention={queue.dueLagSeconds > LAG_ATTENTION_SECONDS}
            to="/fetcher"
          />
        )}
        <Stat
          icon={IconCalendarEvent}
          label={stats.runs}
          value={count(runs.active)}
          hint={stats.runsHint(runs.notBegun, runs.over)}
          to="/production-runs"
        />
        <Stat
          icon={IconTag}
          label={stats.trackers}
          value={count(trackers.total)}
          hint={stats.trackersHint(trackers.manufactured, trackers.allocated)}
          to="/trackers"
        />
      </div>
      <div className={classes.grid}>
        <AttentionList
          items={[
            ...boxItems(boxes.data?.counts),
            ...attentionItems(
              overview,
              fetcher.data,
              alerts.data,
              about.data?.keyState,
              consoles.data?.items ?? [],
              formatDay,
              mayProtect,
            ),
          ]}
        />
        {drawn && (
          <>
            <StatusChart overview={overview} whose={whose} />
            <ReportsChart overview={overview} />
            <FlowCharts whose={whose} />
          </>
        )}
        {/* Staff have it on the Fetcher screen. */}
        {isClient && <NoPositionPanel className={classes.third} />}
        <ActiveRuns />
        {drawn && <RecentDeliveries deliveries={overview.recentDeliveries} />}
      </div>
    </Page>
  );
}
