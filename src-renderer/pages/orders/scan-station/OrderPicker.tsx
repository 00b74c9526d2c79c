import { Button, Kbd, Loader, Progress, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBarcode, IconClipboardList, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { usePages } from '../../../api/use-operation.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { CalendarDate } from '../../../components/Time.tsx';
import { common } from '../../../strings/common.ts';
import { count } from '../../../strings/format.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
import classes from './OrderPicker.module.css';

const optionId = (order: CustomerOrder) => `order-${order.id}`;

/** Which order to fill: a list box that the search field steers, so that hands stay on the keys. */
export function OrderPicker() {
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), 150);
  const [index, setIndex] = useState(0);
  const { items, query } = usePages('listCustomerOrders', {
    query: { state: 'open', ...(asked ? { search: asked } : {}) },
  });
  const chosen = items[Math.min(index, items.length - 1)];

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (move !== undefined) {
      const next = Math.max(0, Math.min(items.length - 1, index + move));
      setIndex(next);
      document.getElementById(items[next] ? optionId(items[next]) : '')?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && chosen && asked === search.trim()) navigate(`/scan/${chosen.id}`);
    else if (event.key === 'Escape') navigate('/orders');
    else return;
    event.preventDefault();
  };

  return (
    <main className={classes.root}>
      <div className={classes.panel}>
        <header className={classes.head}>
          <IconBarcode size={30} aria-hidden />
          <Title order={1}>{words.pick.title}</Title>
          <Button component={Link} to="/orders" variant="default" ml="auto" rightSection={<Kbd size="xs">Esc</Kbd>}>
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
            {items.map((order) => (
              <Option
                key={order.id}
                order={order}
                selected={order === chosen}
                onChoose={() => navigate(`/scan/${order.id}`)}
              />
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

function Option({ order, selected, onChoose }: { order: CustomerOrder; selected: boolean; onChoose: () => void }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the search field's, as in every combobox
    <div
      id={optionId(order)}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      className={classes.option}
      onClick={onChoose}
    >
      <strong className={classes.number}>{order.number}</strong>
      <span className={classes.whose}>
        {order.client.name}
        {order.brand && ` · ${order.brand.name}`}
      </span>
      <span className={classes.due}>
        {order.dueDate && (
          <>
            {words.pick.due} <CalendarDate value={order.dueDate} />
          </>
        )}
      </span>
      <span className={classes.left}>
        {count(order.allocatedCount)} / {count(order.quantity)}
        <Progress
          size="sm"
          mt={4}
          value={(100 * order.allocatedCount) / order.quantity}
          aria-label={words.pick.remaining(order.quantity - order.allocatedCount)}
        />
      </span>
    </div>
  );
}
