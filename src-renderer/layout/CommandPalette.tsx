import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconCalendarEvent, IconClipboardList, IconMapPin, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { mayCall, useRole } from '../api/session.ts';
import { useOperation } from '../api/use-operation.ts';
import { usePlaceSearch } from '../map/place-search/use-place-search.ts';
import { phaseNames, statusNames } from '../strings/common.ts';
import { layout } from '../strings/layout.ts';
import { statusLooks } from '../theme/status.ts';
import { isShown, navigation } from './navigation.ts';

const { palette: words } = layout;
const LIMIT = 6;

/** Ctrl-K: jump to a page, a tracker (by MAC, serial or key), an order, a production run or a place on the map. */
export function CommandPalette() {
  const navigate = useNavigate();
  const role = useRole();
  const [query, setQuery] = useState('');
  const [search] = useDebouncedValue(query.trim(), 180);
  const asks = search.length >= 2;
  const list = { query: { search, limit: LIMIT } };
  // Who types an address wants that tracker, in use or not.
  const trackers = useOperation('listTrackers', { query: { ...list.query, retired: 'with' } }, { enabled: asks });
  const orders = useOperation('listCustomerOrders', list, { enabled: asks && mayCall(role, 'listCustomerOrders') });
  const runs = useOperation('listProductionRuns', list, { enabled: asks });

  const places = usePlaceSearch(query);

  const pages = navigation
    .flatMap((group) => group.items)
    .filter((item) => isShown(role, item) && item.label.toLowerCase().includes(query.trim().toLowerCase()));
  const groups: SpotlightActionGroupData[] = [
    {
      group: words.trackers,
      actions: (asks ? (trackers.data?.items ?? []) : []).map((tracker) => {
        const { icon: Icon, color } = statusLooks[tracker.status];
        return {
          id: `tracker-${tracker.id}`,
          label: tracker.macAddress ?? tracker.hashedAdvertisementKey,
          description: [statusNames[tracker.status], tracker.productionRun?.name].filter(Boolean).join(' · '),
          leftSection: <Icon size={18} color={color} aria-hidden />,
          onClick: () => navigate(`/trackers/${tracker.id}`),
        };
      }),
    },
    {
      group: words.orders,
      actions: (asks ? (orders.data?.items ?? []) : []).map((order) => ({
        id: `order-${order.id}`,
        label: order.number,
        description: `${order.client.name} · ${words.order(order.allocatedCount, order.quantity)}`,
        leftSection: <IconClipboardList size={18} aria-hidden />,
        onClick: () => navigate(`/orders/${order.id}`),
      })),
    },
    {
      group: words.runs,
      actions: (asks ? (runs.data?.items ?? []) : []).map((run) => ({
        id: `run-${run.id}`,
        label: run.name,
        description: `${run.brand.name} · ${phaseNames[run.phase]}`,
        leftSection: <IconCalendarEvent size={18} aria-hidden />,
        onClick: () => navigate(`/production-runs/${run.id}`),
      })),
    },
    {
      group: words.places,
      actions: places.items.slice(0, LIMIT).map((place) => ({
        id: `place-${place.key}`,
        label: place.name,
        description: place.detail,
        leftSection: <IconMapPin size={18} aria-hidden />,
        onClick: () => navigate('/map', { state: { place } }),
      })),
    },
    {
      group: words.pages,
      actions: pages.map((item) => ({
        id: `page-${item.to}`,
        label: item.label,
        leftSection: <item.icon size={18} aria-hidden />,
        onClick: () => navigate(item.to),
      })),
    },
  ];
  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
      // The server has searched already; Mantine's own filter would hide a MAC typed in another notation.
      filter={(_, actions) => actions}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      scrollable
      maxHeight={420}
      nothingFound={trackers.isFetching ? words.searching : words.nothing}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: words.placeholder,
        'aria-label': layout.jumpTo,
      }}
    />
  );
}
