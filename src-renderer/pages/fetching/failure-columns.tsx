import { IconAlertTriangle, IconBellOff, IconCut } from '@tabler/icons-react';
import type { OperationOutput } from '../../api/client.ts';
import type { Column } from '../../components/DataTable.tsx';
import { MacAddress } from '../../components/MacAddress.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { fetcher } from '../../strings/fetcher.ts';
import { count } from '../../strings/format.ts';

const { failures: words } = fetcher;
export type Failure = OperationOutput<'listFetchFailures'>['items'][number];
const nameOf = (failure: Failure) => failure.macAddress ?? `#${failure.trackerId}`;

export const failureColumns: Column<Failure>[] = [
  {
    id: 'tracker',
    header: words.tracker,
    width: 150,
    fixed: true,
    cell: (failure) => <MacAddress value={nameOf(failure)} to={`/trackers/${failure.trackerId}`} copy={false} />,
  },
  { id: 'run', header: words.run, width: 140, cell: (failure) => failure.productionRunName },
  { id: 'state', header: words.state, width: 130, cell: (failure) => <FailureBadge failure={failure} /> },
  { id: 'streak', header: words.streak, width: 70, align: 'right', cell: (failure) => count(failure.streak) },
  { id: 'factor', header: words.factor, width: 70, align: 'right', cell: (failure) => words.factorOf(failure.factor) },
  { id: 'total', header: words.total, width: 64, align: 'right', cell: (failure) => count(failure.totalFailures) },
  {
    id: 'first',
    header: words.first,
    width: 98,
    hidden: true,
    cell: (failure) => <Time value={failure.firstFailureAt} relative />,
  },
  { id: 'last', header: words.last, width: 98, cell: (failure) => <Time value={failure.lastFailureAt} relative /> },
  {
    id: 'heard',
    header: words.heard,
    width: 98,
    cell: (failure) => <Time value={failure.lastSuccessAt} relative absent={words.never} />,
  },
  {
    id: 'next',
    header: words.next,
    width: 98,
    cell: (failure) => <Time value={failure.nextDueAt} relative absent="–" />,
  },
  {
    id: 'error',
    header: words.error,
    width: 180,
    cell: (failure) => (
      <span title={failure.muted?.note ?? failure.lastError ?? undefined}>
        {failure.muted?.note ?? failure.lastError}
      </span>
    ),
  },
];

function FailureBadge({ failure }: { failure: Failure }) {
  if (failure.muted) return <StateBadge tone="quiet" icon={IconBellOff} label={words.muted} />;
  if (failure.consistent) return <StateBadge tone="bad" icon={IconAlertTriangle} label={words.consistent} />;
  if (failure.incomplete) return <StateBadge tone="warn" icon={IconCut} label={words.incomplete} />;
  return null;
}
