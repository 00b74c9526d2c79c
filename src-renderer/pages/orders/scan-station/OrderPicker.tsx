import { Alert, Button, Kbd, Loader, TextInput, Title, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBarcode, IconClipboardList, IconPackageImport, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { orderIdIn } from '../../../../src-shared/domain/order-number.ts';
import { useSession } from '../../../api/session.ts';
import { useOperation, usePages } from '../../../api/use-operation.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { common } from '../../../strings/common.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
import { OrderOption, optionId } from './OrderOption.tsx';
import classes from './OrderPicker.module.css';
import { groupOrders } from './order-groups.ts';
import { ordersOf } from './recent-orders.ts';

/**
 * Which order to fill: a list box that the search field steers, so that hands stay on the keys. A scanned number opens
 * its order at once; a name waits for its answer. A tracker that is scanned before waits for the order.
 */
export function OrderPicker() {
  const navigate = useNavigate();
  const { user } = useSession();
  const [search, setSearch] = useState('');
  /** Entered before the list for it had come: opened when it has. */
  const [entered, setEntered] = useState<string | null>(null);
  const [held, setHeld] = useState<string[]>([]);
  const wanted = entered ?? search.trim();
  const [asked] = useDebouncedValue(wanted, entered === null ? 150 : 0);
  const [index, setIndex] = useState(0);
  const { items: found, query } = usePages('listCustomerOrders', {
    query: { state: 'open', sort: 'due', ...(asked ? { search: asked } : {}) },
  });
  const { ids, ofLastHour } = useMemo(() => ordersOf(localStorage, user.id, Date.now()), [user.id]);
  const recent = useOperation('listRecentOrders', {}, { retry: false }).data?.items;
  const groups = useMemo(() => {
    // Without the database: what was opened at this workstation.
    const here = ids.flatMap((id) => found.filter((order) => order.id === id).map((order) => ({ order })));
    return asked ? [{ name: null, orders: found }] : groupOrders(found, recent ?? here, ofLastHour, new Date());
  }, [asked, found, recent, ids, ofLastHour]);
  const items = useMemo(() => groups.flatMap(({ orders }) => orders), [groups]);
  const scannedAt = useMemo(() => new Map(recent?.map(({ order, lastScanAt }) => [order.id, lastScanAt])), [recent]);
  const chosen = items[Math.min(index, items.length - 1)];
  const isCurrent = asked === wanted && query.isSuccess && !query.isPlaceholderData;
  const open = (orderId: number) => void navigate(`/scan/${orderId}`, { state: { held } });

  useEffect(() => {
    if (entered === null || !isCurrent) return;
    setEntered(null);
    if (items[0]) void navigate(`/scan/${items[0].id}`, { state: { held } });
    else setSearch(entered);
  }, [entered, isCurrent, items, held, navigate]);

  const enter = () => {
    const text = search.trim();
    const orderId = orderIdIn(text);
    if (orderId !== null) return open(orderId);
    if (normaliseMac(text) !== null) {
      setHeld([...held, text]);
      setSearch('');
    } else if (isCurrent) {
      if (chosen) open(chosen.id);
    } else if (text !== '') {
      setEntered(text);
      setSearch('');
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (move !== undefined) {
      const next = Math.max(0, Math.min(items.length - 1, index + move));
      setIndex(next);
      document.getElementById(items[next] ? optionId(items[next]) : '')?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' || (event.key === 'Tab' && search !== '')) enter();
    else if (event.key === 'Escape') void navigate('/orders');
    else return;
    event.preventDefault();
  };

  return (
    <main className={classes.root}>
      <div className={classes.panel}>
        <header className={classes.head}>
          <IconBarcode size={30} aria-hidden />
          <Title order={1}>{words.pick.title}</Title>
          <Tooltip label={words.returns.hint}>
            <Button
              component={Link}
              to="/scan/returns"
              variant="default"
              leftSection={<IconPackageImport size={18} aria-hidden />}
            >
              {words.returns.go}
            </Button>
          </Tooltip>
          <Button component={Link} to="/orders" variant="default" rightSection={<Kbd size="xs">Esc</Kbd>}>
            {words.leave}
          </Button>
        </header>
        <TextInput
          size="lg"
          autoFocus
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
          label={words.pick.label}
          description={words.pick.hint}
          placeholder={words.pick.placeholder}
          leftSection={<IconSearch size={20} aria-hidden />}
          rightSection={query.isFetching ? <Loader size="xs" role="status" aria-label={words.pick.loading} /> : null}
          role="combobox"
          aria-expanded
          aria-autocomplete="list"
          aria-controls="open-orders"
          aria-activedescendant={chosen ? optionId(chosen) : undefined}
          autoComplete="off"
        />
        {(held.length > 0 || entered !== null) && (
          <Alert color="blue" role="status" {...(entered === null ? {} : { title: words.pick.opening(entered) })}>
            {held.length > 0 && words.pick.held(held.length)}
          </Alert>
        )}
        {query.isError && items.length === 0 ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isSuccess && items.length === 0 ? (
          <EmptyState
            icon={IconClipboardList}
            title={asked ? words.pick.noMatch : words.pick.none}
            description={words.pick.noneHint}
          />
        ) : (
          <div id="open-orders" role="listbox" aria-label={words.pick.list} tabIndex={-1} className={classes.list}>
            {groups.map(({ name, orders }) => (
              // biome-ignore lint/a11y/useSemanticElements: options of a list box, no fields of a form
              <div
                key={name}
                role="group"
                className={classes.group}
                {...(name ? { 'aria-label': words.pick.groups[name] } : {})}
              >
                {name && (
                  <div className={classes.groupName} aria-hidden>
                    {words.pick.groups[name]}
                  </div>
                )}
                {orders.map((order) => (
                  <OrderOption
                    key={order.id}
                    order={order}
                    selected={order === chosen}
                    mine={order.id === ofLastHour}
                    lastScanAt={scannedAt.get(order.id)}
                    onChoose={() => open(order.id)}
                  />
                ))}
              </div>
            ))}
            {query.hasNextPage && (
              <Button variant="subtle" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {common.loadMore}
              </Button>
            )}
          </div>
        )}
      </div>
    </main>
  );
}
