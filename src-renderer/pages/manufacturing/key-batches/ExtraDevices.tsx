import { Anchor } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { UnexpectedDevice } from '../../../../src-shared/contract/key-batches.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { Time } from '../../../components/Time.tsx';
import { keyBatches } from '../../../strings/key-batches.ts';

const { extra: words } = keyBatches;

const columns: Column<UnexpectedDevice>[] = [
  { id: 'mac', header: words.device, width: 180, cell: (one) => <MacAddress value={one.macAddress} /> },
  { id: 'reason', header: words.reason, width: 260, cell: (one) => words.reasons[one.reason] },
  {
    id: 'import',
    header: words.from,
    width: 160,
    cell: (one) => (
      <Anchor component={Link} size="sm" to={`/jobs?job=${one.jobId}`}>
        {words.row(one.row, one.jobId)}
      </Anchor>
    ),
  },
  { id: 'at', header: words.at, width: 180, cell: (one) => <Time value={one.foundAt} /> },
];

/** Devices of returned files that are none of this batch, to be taken up with the manufacturer. */
export function ExtraDevices({ keyBatchId }: { keyBatchId: number }) {
  const pages = usePages('listUnexpectedDevices', { params: { keyBatchId } });
  return (
    <DataTable
      name="extra-devices"
      label={words.title}
      columns={columns}
      pages={pages}
      rowKey={(one) => one.id}
      empty={<EmptyState icon={IconCircleCheck} title={words.none} description={words.noneHint} />}
    />
  );
}
