import { useOperation } from '../../../api/use-operation.ts';

const SHOWN = 500;
/** Events bring news at once; this is for those that were lost. */
const REFRESH_MS = 5_000;
const none: never[] = [];

/** What is wrong with the box of this order, and apart from it with those of others. */
export function useDifferences(orderId: number) {
  const all = useOperation('listBoxDifferences', { query: { limit: SHOWN } }, { refetchInterval: REFRESH_MS });
  const own = useOperation(
    'listBoxDifferences',
    { query: { limit: SHOWN, customerOrderId: orderId } },
    { refetchInterval: REFRESH_MS },
  );
  return {
    here: own.data?.items ?? none,
    others: (all.data?.items ?? none).filter(({ order }) => order.id !== orderId),
  };
}
