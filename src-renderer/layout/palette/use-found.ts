import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import type { Found, SearchedKind } from '../../../src-shared/contract/search.ts';
import { mayCall, useRole, useSession } from '../../api/session.ts';
import { useOperation } from '../../api/use-operation.ts';
import { type FoundPlace, usePlaceSearch } from '../../map/place-search/use-place-search.ts';
import { type Recent, recentOf, useRecent } from '../../stores/recent.ts';
import { alerts } from '../../strings/alerts.ts';
import { locationKindNames, phaseNames, statusNames } from '../../strings/common.ts';
import { palette as words } from '../../strings/palette.ts';
import { isShown, navigation } from '../navigation.ts';
import { type ActionEntry, actionsFor } from './actions.ts';
import { type PaletteGroup, ranked } from './ranking.ts';

const LIMIT = 6;
const WAIT_MS = 150;

/** An entry with what choosing it does: it leads to an address, does a deed, or shows a place on the map. */
export interface PaletteEntry extends Omit<ActionEntry, 'deed'> {
  deed?: ActionEntry['deed'];
  place?: FoundPlace;
}

const groupsOf: Record<SearchedKind, PaletteGroup> = {
  client: 'clients',
  brand: 'clients',
  'production-run': 'runs',
  location: 'locations',
  order: 'orders',
  'key-batch': 'keys',
  manufacturer: 'keys',
  user: 'users',
  alert: 'alerts',
};
const order = Object.keys(words.groups) as PaletteGroup[];

function pathOf({ kind, id, clientId, locationKind, alert }: Found): string {
  switch (kind) {
    case 'client':
      return `/clients?clientId=${id}`;
    case 'brand':
      return `/clients?clientId=${clientId}`;
    case 'production-run':
      return `/production-runs/${id}`;
    case 'location':
      return `/locations?kind=${locationKind}&location=${id}`;
    case 'order':
      return `/orders/${id}`;
    case 'key-batch':
      return `/key-batches/${id}`;
    case 'manufacturer':
      return `/manufacturers/${id}`;
    case 'user':
      return `/users?user=${id}`;
    case 'alert':
      if (alert?.trackerId) return `/trackers/${alert.trackerId}?at=${encodeURIComponent(alert.evidenceAt)}`;
      return alert?.productionRunId ? `/alerts?productionRunId=${alert.productionRunId}` : '/fetcher';
  }
}

function fromFound(found: Found): PaletteEntry {
  const { kind, id, name, detail, locationKind, archived } = found;
  const own = kind === 'client' || kind === 'brand' || kind === 'key-batch' || kind === 'manufacturer';
  const what = locationKind ? locationKindNames[locationKind] : own ? words.kinds[kind] : '';
  return {
    id: kind === 'alert' || kind === 'brand' ? `${kind}-${id}` : pathOf(found),
    group: groupsOf[kind],
    label: kind === 'alert' ? alerts.kinds[name as keyof typeof alerts.kinds] : name,
    detail: [what, detail, archived && words.archived].filter(Boolean).join(' · '),
    found: true,
    to: pathOf(found),
  };
}

const fromRecent = ({ to, label, detail }: Recent): PaletteEntry => ({ id: to, group: 'recent', label, detail, to });

/** Everything that a text may mean to this person, in groups, the best first; without a text what they opened last. */
export function useFound(text: string) {
  const role = useRole();
  const { user } = useSession();
  const [search] = useDebouncedValue(text.trim(), WAIT_MS);
  const asks = search !== '';
  const options = { enabled: asks, placeholderData: keepPreviousData, staleTime: 10_000, retry: false };
  const names = useOperation('searchNames', { query: { search: search.slice(0, 200), limit: LIMIT } }, options);
  const list = { query: { search: search.slice(0, 200), limit: LIMIT } };
  // Who types an address wants that tracker, in use or not.
  const trackers = useOperation(
    'listTrackers',
    { query: { ...list.query, retired: 'with' } },
    {
      ...options,
      enabled: search.length >= 2,
    },
  );
  // Where the database is out of reach, the copy of this workstation knows orders and runs.
  const copied = asks && names.isError;
  const orders = useOperation('listCustomerOrders', list, {
    enabled: copied && mayCall(role, 'listCustomerOrders'),
  });
  const runs = useOperation('listProductionRuns', list, { enabled: copied });
  const places = usePlaceSearch(text);
  const recent = recentOf(useRecent(), user.id);

  const pages = navigation
    .flatMap((group) => group.items)
    .filter((item) => isShown(role, item))
    .map(({ to, label }): PaletteEntry => ({ id: to, group: 'pages', label, to }));
  if (text.trim() === '')
    return {
      groups: ranked(
        [...recent.map(fromRecent), ...pages],
        '',
        recent.map(({ to }) => to),
        order,
      ),
      busy: false,
    };
  const kinds = mayCall(role, 'listAlerts')
    ? Object.entries(alerts.kinds).map(
        ([kind, name]): PaletteEntry => ({
          id: `/alerts?kind=${kind}`,
          group: 'alerts',
          label: words.alertsOf(name),
          to: `/alerts?kind=${kind}`,
        }),
      )
    : [];
  const entries: PaletteEntry[] = [
    ...(trackers.data?.items ?? []).map(
      (tracker): PaletteEntry => ({
        id: `/trackers/${tracker.id}`,
        group: 'trackers',
        label: tracker.macAddress ?? tracker.hashedAdvertisementKey,
        detail: [
          tracker.runPeriod?.name,
          tracker.runPeriod?.goodsReference,
          statusNames[tracker.status],
          tracker.productionRun?.name,
        ]
          .filter(Boolean)
          .join(' · '),
        found: true,
        to: `/trackers/${tracker.id}`,
      }),
    ),
    ...(copied ? [] : (names.data?.items ?? [])).map(fromFound),
    ...(copied ? (orders.data?.items ?? []) : []).map(
      (found): PaletteEntry => ({
        id: `/orders/${found.id}`,
        group: 'orders',
        label: found.number,
        detail: `${found.client.name} · ${words.order(found.allocatedCount, found.quantity)}`,
        found: true,
        to: `/orders/${found.id}`,
      }),
    ),
    ...(copied ? (runs.data?.items ?? []) : []).map(
      (run): PaletteEntry => ({
        id: `/production-runs/${run.id}`,
        group: 'runs',
        label: run.name,
        detail: `${run.brand.name} · ${phaseNames[run.phase]}`,
        found: true,
        to: `/production-runs/${run.id}`,
      }),
    ),
    ...kinds,
    ...actionsFor(role),
    ...pages,
    // Locations are found by name already, in their own group.
    ...places.items
      .filter(({ group }) => group !== 'location')
      .slice(0, LIMIT)
      .map(
        (place): PaletteEntry => ({
          id: `place-${place.key}`,
          group: 'places',
          label: place.name,
          detail: place.detail,
          found: true,
          to: null,
          place,
        }),
      ),
  ];
  return {
    groups: ranked(
      entries,
      text,
      recent.map(({ to }) => to),
      order,
    ),
    busy: search !== text.trim() || names.isFetching || trackers.isFetching || orders.isFetching,
  };
}
