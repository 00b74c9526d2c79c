import { Button, Group, Progress, Skeleton, Text } from '@mantine/core';
import { IconAlertTriangle, IconCalendarDue, IconClipboardList, IconMap2, IconTag } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { dayIn } from '../../../../src-shared/domain/days.ts';
import { useSession } from '../../../api/session.ts';
import { useOperation, usePages } from '../../../api/use-operation.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { NoPositionPanel } from '../../../components/no-position/NoPositionPanel.tsx';
import { Page } from '../../../components/Page.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ReportTable } from '../../../components/ReportTable.tsx';
import { Stat } from '../../../components/Stat.tsx';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { StatusCounts } from '../../../components/StatusCounts.tsx';
import { CalendarDate } from '../../../components/Time.tsx';
import { ownZone } from '../../../dates/format.ts';
import { clientHome as words } from '../../../strings/client-home.ts';
import { count } from '../../../strings/format.ts';
import { DownloadMenu } from '../reports/DownloadMenu.tsx';
import classes from './ClientHomePage.module.css';
import { isUnderWay, mondayOf, type OwnOrder, ownOrders } from './own-orders.ts';

const REFRESH_MS = 60_000;

/** What a client's user comes for, also on a phone: where the goods are, what came this week, and what is late. */
export default function ClientHomePage() {
  const { user } = useSession();
  const overview = useOperation('getOverview', {}, { refetchInterval: REFRESH_MS });
  const orders = useOwnOrders();
  const today = dayIn(ownZone, new Date());
  const week = { fromDay: mondayOf(today), toDay: today, timeZone: ownZone };
  const late = orders.items?.filter((order) => order.late).length;
  const next = orders.items?.find((order) => isUnderWay(order) && order.dueDate && order.dueDate >= today);
  return (
    <Page
      title={words.title}
      description={words.description(user.client?.name ?? '')}
      actions={
        <Button component={Link} to="/?figures=1" variant="default">
          {words.figures}
        </Button>
      }
    >
      <div className={classes.stats}>
        <Stat
          icon={IconAlertTriangle}
          label={words.late}
          value={late === undefined ? '…' : count(late)}
          hint={late === undefined ? undefined : late > 0 ? words.lateHint(late) : words.nothingLate}
          attention={Boolean(late)}
        />
        <Stat
          icon={IconCalendarDue}
          label={words.due}
          value={!orders.items ? '…' : next?.dueDate ? <CalendarDate value={next.dueDate} /> : '–'}
          hint={orders.items && (next?.number ?? words.noneDue)}
        />
        <Stat
          icon={IconClipboardList}
          label={words.underWay}
          value={orders.items ? count(orders.items.filter(isUnderWay).length) : '…'}
        />
      </div>
      <Panel
        title={words.where}
        actions={
          <>
            <Button
              component={Link}
              to="/map"
              variant="light"
              size="xs"
              leftSection={<IconMap2 size={15} aria-hidden />}
            >
              {words.map}
            </Button>
            <Button
              component={Link}
              to="/trackers"
              variant="default"
              size="xs"
              leftSection={<IconTag size={15} aria-hidden />}
            >
              {words.all}
            </Button>
          </>
        }
      >
        {overview.data ? <StatusCounts counts={overview.data.statusCounts} legend /> : <Skeleton height={40} />}
      </Panel>
      <Panel title={words.orders} actions={<DownloadMenu report="orders" scope={{ timeZone: ownZone }} />}>
        {orders.error ? (
          <ErrorState error={orders.error} onRetry={orders.retry} />
        ) : !orders.items ? (
          <Skeleton height={80} />
        ) : orders.items.length === 0 ? (
          <EmptyState icon={IconClipboardList} title={words.noOrders} description={words.noOrdersHint} />
        ) : (
          <ul className={classes.orders}>
            {orders.items.map((order) => (
              <OrderCard key={order.number} order={order} />
            ))}
          </ul>
        )}
      </Panel>
      <Panel title={words.thisWeek} flush actions={<DownloadMenu report="deliveries" scope={week} />}>
        <ReportTable report="deliveries" query={week} without={technical} flush />
      </Panel>
      <NoPositionPanel />
    </Page>
  );
}

/** What proves a delivery, and what is the same in each row; the file has it all. */
const technical = [
  'client',
  'evidence_reports',
  'minimum_dwell_minutes',
  'hours_from_run_start',
  'hours_from_allocation',
  'visit',
];

/** All orders of the own client, read to the end: they are few. */
function useOwnOrders() {
  const input = { params: { report: 'orders' as const }, query: { timeZone: ownZone } };
  const pages = usePages('getReport', input, { limit: 500, refetchInterval: REFRESH_MS });
  const head = useOperation('getReport', { ...input, query: { ...input.query, limit: 1 } });
  const { hasNextPage, isFetching, fetchNextPage } = pages.query;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const known = head.data && pages.query.data;
  return {
    items: known ? ownOrders(head.data.columns, pages.items) : null,
    error: pages.query.isError && !known ? pages.query.error : null,
    retry: () => void pages.query.refetch(),
  };
}

function OrderCard({ order }: { order: OwnOrder }) {
  const { number, run, state, dueDate, late, ordered, allocated, delivered } = order;
  return (
    <li className={classes.order}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{number}</Text>
        {late ? (
          <StateBadge tone="bad" icon={IconAlertTriangle} label={words.lateBadge} />
        ) : (
          <Text size="xs" c="dimmed">
            {words.states[state] ?? state}
          </Text>
        )}
      </Group>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {run}
        </Text>
        {dueDate && (
          <Text size="sm">
            {words.dueOn} <CalendarDate value={dueDate} />
          </Text>
        )}
      </Group>
      <Part text={words.allocated(allocated, ordered)} share={allocated / ordered} color="iris" />
      <Part text={words.delivered(delivered, ordered)} share={delivered / ordered} color="teal" />
    </li>
  );
}

function Part({ text, share, color }: { text: string; share: number; color: string }) {
  return (
    <div>
      <Text size="xs">{text}</Text>
      <Progress value={100 * share} color={color} aria-label={text} />
    </div>
  );
}
