import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { KeyBatch } from '../../../../src-shared/contract/key-batches.ts';
import { useCan } from '../../../api/session.ts';
import { keyBatches } from '../../../strings/key-batches.ts';

const { import: words } = keyBatches;

/** What comes after devices are in: into an order, to the run, and what the manufacturer still owes. */
export function AfterImport({ batch }: { batch: KeyBatch }) {
  const mayOrder = useCan('createCustomerOrder');
  const { missing } = batch.counts;
  return (
    <>
      <Button component={Link} to={mayOrder ? '/orders?new=1' : '/orders'}>
        {mayOrder ? words.toNewOrder : words.toOrders}
      </Button>
      {batch.productionRun && (
        <Button component={Link} to={`/production-runs/${batch.productionRun.id}`} variant="default">
          {words.toRun}
        </Button>
      )}
      {missing > 0 && (
        <Button component={Link} to={`/trackers?keyBatchId=${batch.id}&stage=exported`} variant="default">
          {words.toMissing(missing)}
        </Button>
      )}
    </>
  );
}
