import { Button, Kbd, Loader, Modal, Text } from '@mantine/core';
import { IconCopy, IconLink, IconListSearch, IconPlayerSkipForward } from '@tabler/icons-react';
import { useState } from 'react';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { usePages } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { common } from '../../../strings/common.ts';
import { pairing as words } from '../../../strings/pairing.ts';
import classes from './GoodsBar.module.css';
import type { Goods } from './use-goods.ts';

/** In an order that pairs: which tracker waits for its goods, the way past it, and which have none. */
export function GoodsBar({ order, goods }: { order: CustomerOrder; goods: Goods }) {
  const [listing, setListing] = useState(false);
  const { waiting } = goods;
  return (
    <section className={classes.bar} aria-label={words.title} data-waiting={waiting !== null || undefined}>
      <IconLink size={26} aria-hidden />
      <div className={classes.what} role="status">
        {waiting ? (
          <>
            <strong>{waiting.twice ? words.twice(waiting.twice) : words.scanGoods}</strong>
            <code>{waiting.of}</code>
          </>
        ) : (
          <strong>{words.scanTracker}</strong>
        )}
      </div>
      <div className={classes.buttons}>
        {waiting?.twice && (
          <Button
            size="md"
            leftSection={<IconCopy size={18} aria-hidden />}
            aria-keyshortcuts="F9"
            onClick={goods.keepBoth}
          >
            {words.keepBoth}
          </Button>
        )}
        {waiting && (
          <Button
            size="md"
            variant="default"
            leftSection={<IconPlayerSkipForward size={18} aria-hidden />}
            rightSection={<Kbd className={classes.key ?? ''}>F7</Kbd>}
            aria-keyshortcuts="F7"
            onClick={goods.skip}
          >
            {words.skip}
          </Button>
        )}
        <Button
          size="md"
          variant="default"
          leftSection={<IconListSearch size={18} aria-hidden />}
          disabled={order.unpairedCount === 0}
          onClick={() => setListing(true)}
        >
          {words.without(order.unpairedCount)}
        </Button>
      </div>
      {listing && (
        <UnpairedList
          order={order}
          onChoose={(mac) => {
            goods.choose(mac);
            setListing(false);
          }}
          onClose={() => setListing(false)}
        />
      )}
    </section>
  );
}

interface ListProps {
  order: CustomerOrder;
  onChoose: (mac: string) => void;
  onClose: () => void;
}

/** The trackers of the order without goods, each to be paired now. */
function UnpairedList({ order, onChoose, onClose }: ListProps) {
  const query = { unpaired: 'true' as const };
  const { items, query: pages } = usePages('listAllocations', { params: { customerOrderId: order.id }, query });
  return (
    <Modal opened onClose={onClose} title={words.listTitle(order.number)} size="lg">
      <Text size="sm" c="dimmed" mb="sm">
        {words.listHint}
      </Text>
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <Loader role="status" aria-label={common.loading} />}
      {pages.isSuccess && items.length === 0 && <Text>{words.listEmpty}</Text>}
      <ul className={classes.list}>
        {items.map((device) => (
          <li key={device.trackerId}>
            <MacAddress value={device.macAddress} />
            <span>{device.allocatedBy}</span>
            <Button
              variant="default"
              aria-label={words.pairOf(device.macAddress)}
              onClick={() => onChoose(device.macAddress)}
            >
              {words.pair}
            </Button>
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button variant="subtle" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {common.loadMore}
        </Button>
      )}
    </Modal>
  );
}
