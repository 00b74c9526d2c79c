import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { countUnpaired } from './devices-store.ts';
import type { Store } from './store.ts';

interface Row {
  state: CustomerOrder['state'];
  allocatedCount: number;
  document: string;
}
const columns = 'state, allocated_count as allocatedCount, document';

/** The columns win over the document: they hold what has been done here since. */
function toOrder(store: Store, { state, allocatedCount, document }: Row): CustomerOrder {
  const order: CustomerOrder = {
    // Copies that older consoles made have no version, and nothing of goods. Nothing is edited by them.
    version: 0,
    pairsGoods: false,
    sharedGoodsCount: 0,
    ...(JSON.parse(document) as Omit<CustomerOrder, 'version' | 'pairsGoods' | 'sharedGoodsCount'>),
    state,
    allocatedCount,
  };
  return { ...order, unpairedCount: order.pairsGoods ? countUnpaired(store, order.id) : 0 };
}

export function findOrder(store: Store, id: number): CustomerOrder | null {
  const row = store.get<Row>(`select ${columns} from orders where id = ?`, id);
  return row ? toOrder(store, row) : null;
}

/** Newest first. There are as many as a company has in work: hundreds. */
export const allOrders = (store: Store): CustomerOrder[] =>
  store.all<Row>(`select ${columns} from orders order by id desc`).map((row) => toOrder(store, row));

export function putOrders(store: Store, orders: readonly CustomerOrder[]): void {
  store.write(() => {
    for (const order of orders) {
      store.run(
        `insert into orders (id, state, quantity, allocated_count, document) values (?, ?, ?, ?, ?)
         on conflict (id) do update set state = excluded.state, quantity = excluded.quantity,
         allocated_count = excluded.allocated_count, document = excluded.document`,
        order.id,
        order.state,
        order.quantity,
        order.allocatedCount,
        JSON.stringify(order),
      );
    }
  });
}

export const setProgress = (store: Store, order: Pick<CustomerOrder, 'id' | 'state' | 'allocatedCount'>) =>
  store.run(
    'update orders set state = ?, allocated_count = ? where id = ?',
    order.state,
    order.allocatedCount,
    order.id,
  );

export const forgetOrder = (store: Store, id: number) => store.run('delete from orders where id = ?', id);
export const countOrders = (store: Store) =>
  store.get<{ count: number }>('select count(*) as count from orders')!.count;

export const forgetOrders = (store: Store) => store.run('delete from orders');
