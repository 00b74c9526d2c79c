import { Anchor, Group, Paper, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useOperation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Page } from '../../components/Page.tsx';
import { Time } from '../../components/Time.tsx';
import { useUrlFilters } from '../../hooks/use-url-filters.ts';
import { count } from '../../strings/format.ts';
import { orderPapers as paperWords } from '../../strings/order-papers.ts';
import { orders as words } from '../../strings/orders.ts';
import { AllocationsTable } from './AllocationsTable.tsx';
import { DueDate } from './DueDate.tsx';
import { HistoryTable } from './HistoryTable.tsx';
import { OrderActions } from './OrderActions.tsx';
import { OrderDifferences } from './OrderDifferences.tsx';
import { OrderProgress } from './OrderProgress.tsx';
import { OrderState } from './OrderState.tsx';
import { ScansTable } from './ScansTable.tsx';

/** One order: what was asked for, what is in it, and everything that was scanned. */
export default function OrderPage() {
  const customerOrderId = Number(useParams().customerOrderId);
  const { values, set } = useUrlFilters(['tab']);
  const { data: order, isError, error, refetch } = useOperation('getCustomerOrder', { params: { customerOrderId } });
  if (!order)
    return (
      <Page title={words.title}>
        {isError ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={110} />}
      </Page>
    );
  const tab = values.tab === 'scans' || values.tab === 'history' ? values.tab : 'devices';
  return (
    <Page
      title={order.number}
      heading={
        <Group gap="sm">
          {order.number}
          <OrderState state={order.state} />
        </Group>
      }
      actions={<OrderActions order={order} />}
    >
      <Paper withBorder p="md">
        <Stack gap="md">
          <OrderProgress order={order} />
          <Facts
            wide
            facts={[
              { label: words.client, value: order.client.name },
              { label: words.brand, value: order.brand?.name },
              {
                label: words.run,
                value: order.productionRun && (
                  <Anchor component={Link} size="sm" to={`/production-runs/${order.productionRun.id}`}>
                    {order.productionRun.name}
                  </Anchor>
                ),
              },
              { label: words.toGo, value: count(Math.max(0, order.quantity - order.allocatedCount)) },
              ...(order.pairsGoods
                ? [{ label: words.pairing, value: words.pairingLeft(order.unpairedCount, order.sharedGoodsCount) }]
                : []),
              { label: words.due, value: order.dueDate && <DueDate order={order} /> },
              {
                label: words.createdAt,
                value: (
                  <>
                    <Time value={order.createdAt} /> · {order.createdBy}
                  </>
                ),
              },
            ]}
          />
          {order.notes && (
            <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
              {order.notes}
            </Text>
          )}
        </Stack>
      </Paper>
      <OrderDifferences orderId={order.id} />
      <Tabs value={tab} onChange={(next) => set({ tab: next === 'devices' ? null : next })} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="devices">{words.tabs.devices}</Tabs.Tab>
          <Tabs.Tab value="scans">{words.tabs.scans}</Tabs.Tab>
          <Tabs.Tab value="history">{paperWords.history}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="devices" pt="sm">
          <AllocationsTable order={order} />
        </Tabs.Panel>
        <Tabs.Panel value="scans" pt="sm">
          <ScansTable orderId={order.id} />
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="sm">
          <HistoryTable orderId={order.id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
