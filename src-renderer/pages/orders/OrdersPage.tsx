import { Anchor, Checkbox, Select } from '@mantine/core';
import { IconClipboardList } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { type CustomerOrder, orderSorts, orderStates } from '../../../src-shared/contract/customer-orders.ts';
import { useCan } from '../../api/session.ts';
import { usePages } from '../../api/use-operation.ts';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage, ListSearch } from '../../components/ListPage.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { Time } from '../../components/Time.tsx';
import { useNew } from '../../hooks/use-new.ts';
import { useSorting } from '../../hooks/use-sorting.ts';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
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
    fact: true,
    sort: 'client',
    width: 170,
    cell: (order) => order.client.name,
  },
  {
    id: 'state',
    header: words.state,
    fact: true,
    sort: 'state',
    width: 122,
    cell: (order) => <OrderState state={order.state} />,
  },
  {
    id: 'progress',
    header: words.progress,
    width: 166,
    sort: 'progress',
    cell: (order) => <OrderProgress order={order} />,
  },
  { id: 'due', header: words.due, fact: true, width: 196, sort: 'due', cell: (order) => <DueDate order={order} /> },
  { id: 'brand', header: words.brand, sort: 'brand', width: 130, cell: (order) => order.brand?.name ?? '' },
  { id: 'run', header: words.run, sort: 'run', width: 150, cell: (order) => order.productionRun?.name ?? '' },
  {
    id: 'createdBy',
    header: words.createdBy,
    sort: 'createdBy',
    width: 120,
    hidden: true,
    cell: (order) => order.createdBy,
  },
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
  const filters = useUrlFilters(['search', 'state', 'clientId', 'late', 'sort'], ['sort']);
  const [creating, { open, close }] = useNew();
  const { values, set } = filters;
  const state = orderStates.find((each) => each === values.state);
  const clientId = idOf(values.clientId);
  const sorting = useSorting(filters, orderSorts, '-number');
  const pages = usePages('listCustomerOrders', {
    query: {
      ...(values.search ? { search: values.search } : {}),
      ...(state ? { state } : {}),
      ...(clientId ? { clientId } : {}),
      ...(values.late ? { late: 'true' as const } : {}),
      sort: sorting.sort,
    },
  });
  return (
    <ListPage
      title={words.title}
      description={words.description}
      create={mayCreate && { label: words.create, onClick: open }}
      filters={filters}
      filterBar={
        <>
          <ListSearch filters={filters} label={words.search} />
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
        </>
      }
      name="orders"
      label={words.table}
      columns={columns}
      pages={pages}
      {...sorting}
      rowKey={(order) => order.id}
      onOpen={(order) => void navigate(`/orders/${order.id}`)}
      empty={{ icon: IconClipboardList, title: words.empty, hint: words.emptyHint }}
    >
      <OrderForm opened={mayCreate && creating} onClose={close} />
    </ListPage>
  );
}
