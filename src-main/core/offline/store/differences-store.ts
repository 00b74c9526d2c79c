import type { BoxDifference, DifferenceCounts } from '../../../../src-shared/contract/box-differences.ts';
import { macToInteger } from './mac-integer.ts';
import type { Store } from './store.ts';

/** Takes over what the central database told of the whole company; nothing here is newer. */
export function putDifferences(store: Store, differences: readonly BoxDifference[]): void {
  store.write(() => {
    store.run('delete from box_differences');
    for (const { id, order, macAddress, mutationId, ...rest } of differences)
      store.run(
        'insert into box_differences (id, order_id, mac, mutation_id, document) values (?, ?, ?, ?, ?)',
        id,
        order.id,
        macAddress === null ? null : macToInteger(macAddress),
        mutationId,
        JSON.stringify({ id, order, macAddress, mutationId, ...rest }),
      );
  });
}

/** What is not put right as far as this workstation knows, oldest first, of all orders or one. */
export const keptDifferences = (store: Store, orderId?: number): BoxDifference[] =>
  store
    .all<{ document: string }>(
      'select document from box_differences where put_right = 0 and (? is null or order_id = ?) order by id',
      orderId ?? null,
      orderId ?? null,
    )
    .map((row) => JSON.parse(row.document) as BoxDifference);

/** Those of one device. Plan: box_differences_mac. */
export const differencesOfDevice = (store: Store, mac: number) =>
  store
    .all<{ id: number; orderId: number; document: string }>(
      'select id, order_id as orderId, document from box_differences where mac = ? and put_right = 0',
      mac,
    )
    .map(({ document, ...row }) => ({ ...row, kind: (JSON.parse(document) as BoxDifference).kind }));

/** Put right here; the database hears of it with the act that did. */
export const markPutRight = (store: Store, id: number) =>
  store.run('update box_differences set put_right = 1 where id = ?', id);

export const countsOf = (differences: readonly Pick<BoxDifference, 'state' | 'kind'>[]): DifferenceCounts => ({
  toSettle: differences.filter(({ state }) => state === 'open').length,
  toTakeOut: differences.filter(({ kind }) => kind === 'take-out').length,
  toPutBack: differences.filter(({ kind }) => kind === 'put-back').length,
});

/** The same as `countsOf` all that is kept, without reading it. */
export const countDifferences = (store: Store): DifferenceCounts =>
  store.get<DifferenceCounts>(`
    select count(*) filter (where document ->> '$.state' = 'open') as toSettle,
      count(*) filter (where document ->> '$.kind' = 'take-out') as toTakeOut,
      count(*) filter (where document ->> '$.kind' = 'put-back') as toPutBack
    from box_differences where put_right = 0`)!;
