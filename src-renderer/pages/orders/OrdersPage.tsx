import { Anchor, Button, Checkbox, Group, Select } from '@mantine/core';
import { IconClipboardList, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { type CustomerOrder, orderSorts, orderStates } from '../../../src-shared/contract/customer-orders.ts';
import { useCan } from '../../api/session.ts';
import { usePages } from '../../api/use-operation.ts';
import { type Column, ColumnChoice, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page } from '../../components/Page.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { Time } from '../../components/Time.tsx';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { common } from '../../strings/common.ts';
import { orders as words } from '../../strings/orders.ts';
import { DueDate } from './DueDate.tsx';
import { OrderForm } from './OrderForm.tsx';
import { OrderProgress } from './OrderProgress.tsx';
import { OrderState } from './OrderState.tsx';

const columns: Column<CustomerOrder>[] = [
  {
    id: 'number',
    header: words.number,
    sort: 'number',
    width: 112,
    fixed: true,
    cell: (order) => (
      <Anchor component={Link} to={`/orders/${order.id}`} size="sm">
        {order.number}
      </Anchor>
    ),
  },
  {
    id: 'client',
    header: words.client,
    sort: 'client',
    width: 170,
    cell: (order) => <span title={order.client.name}>{order.client.name}</span>,
  },
  { id: 'brand', header: words.brand, width: 130, cell: (order) => order.brand?.name ?? '' },
  { id: 'run', header: words.run, width: 150, cell: (order) => order.productionRun?.name ?? '' },
  { id: 'state', header: words.state, width: 122, cell: (order) => <OrderState state={order.state} /> },
  {
    id: 'progress',
    header: words.progress,
    width: 180,
    sort: 'progress',
    cell: (order) => <OrderProgress order={order} />,
  },
  { id: 'due', header: words.due, width: 196, sort: 'due', cell: (order) => <DueDate order={order} /> },
  { id: 'createdBy', header: words.createdBy, width: 120, hidden: true, cell: (order) => order.createdBy },
  {
    id: 'createdAt',
    header: words.createdAt,
    width: 124,
    sort: 'createdAt',
    cell: (order) => <Time value={order.createdAt} relative />,
  },
];

/** All orders, newest first unless sorted otherwise, with how far each is and which are late. */
export default function OrdersPage() {
  const navigate = useNavigate();
  const mayCreate = useCan('createCustomerOrder');
  // The form of a new order is in the address, so that other screens lead to it.
  const filters = useUrlFilters(['search', 'state', 'clientId', 'late', 'sort', 'new'], ['new', 'sort']);
  const { values, set } = filters;
  const state = orderStates.find((each) => each === values.state);
  const clientId = idOf(values.clientId);
  const sort = orderSorts.find((each) => each === values.sort) ?? '-number';
  const pages = usePages('listCustomerOrders', {
    query: {
      ...(values.search ? { search: values.search } : {}),
      ...(state ? { state } : {}),
      ...(clientId ? { clientId } : {}),
      ...(values.late ? { late: 'true' as const } : {}),
      sort,
    },
  });
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => set({ new: 1 })}>
      {words.create}
    </Button>
  );
  return (
    <Page
      fill
      title={words.title}
      description={words.description}
      actions={
        <>
          <ColumnChoice name="orders" columns={columns} />
          {create}
        </>
      }
    >
      <Group gap="xs">
        <SearchInput
          label={words.search}
          value={values.search ?? ''}
          onChange={(search) => set({ search: search.trim() })}
        />
        <Select
          aria-label={words.state}
          placeholder={words.anyState}
          clearable
          w={140}
          data={orderStates.map((each) => ({ value: each, label: words.states[each] }))}
          value={state ?? null}
          onChange={(next) => set({ state: next })}
        />
        <ReferenceSelect
          kind="client"
          aria-label={words.client}
          placeholder={words.anyClient}
          w={200}
          value={clientId ?? null}
          onChange={(id) => set({ clientId: id })}
        />
        <Checkbox
          size="xs"
          label={words.lateOnly}
          checked={values.late !== undefined}
          onChange={(event) => set({ late: event.currentTarget.checked ? 1 : null })}
        />
      </Group>
      <DataTable
        fill
        name="orders"
        label={words.table}
        columns={columns}
        pages={pages}
        sort={sort}
        onSortChange={(next) => set({ sort: next === '-number' ? null : next })}
        rowKey={(order) => order.id}
        onOpen={(order) => void navigate(`/orders/${order.id}`)}
        empty={
          filters.active ? (
            <EmptyState title={common.nothingMatches} description={common.nothingMatchesHint}>
              <Button variant="default" onClick={filters.clear}>
                {common.clearFilters}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon={IconClipboardList} title={words.empty} description={words.emptyHint}>
              {create}
            </EmptyState>
          )
        }
      />
      <OrderForm opened={mayCreate && values.new !== undefined} onClose={() => set({ new: null })} />
    </Page>
  );
}
