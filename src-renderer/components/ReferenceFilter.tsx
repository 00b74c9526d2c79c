import { useSession } from '../api/session.ts';
import { useOperation } from '../api/use-operation.ts';
import { ReferenceSelect } from './ReferenceSelect.tsx';

type Props = React.ComponentProps<typeof ReferenceSelect>;
const lists = { client: 'listClients', brand: 'listBrands', productionRun: 'listProductionRuns' } as const;

/** A filter by client, brand or run. A client's user does not see one that has a single choice. */
export function ReferenceFilter(props: Props) {
  const { kind, value } = props;
  const own = useSession().user.client !== null;
  const asks = own && kind !== 'client';
  const list = useOperation(lists[kind], { query: { limit: 2 } }, { enabled: asks, staleTime: 5 * 60_000 });
  if (own && value === null && (kind === 'client' || (list.data?.items.length ?? 0) < 2)) return null;
  return <ReferenceSelect {...props} />;
}
