import { Box } from '@mantine/core';
import type { KeyBatch } from '../../../../src-shared/contract/key-batches.ts';
import { useCan } from '../../../api/session.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { FirmwareSelect } from '../../../components/FirmwareSelect.tsx';

/** Says which firmware the devices of a batch have, also after they were made. */
export function BatchFirmware({ batch }: { batch: KeyBatch }) {
  const maySet = useCan('setBatchFirmware');
  const set = useOperationMutation('setBatchFirmware', { invalidates: ['getKeyBatch', 'listKeyBatches'] });
  return (
    <Box maw={420} mb="md">
      <FirmwareSelect
        value={batch.firmware}
        disabled={!maySet || set.isPending}
        onChange={(firmware) => set.mutate({ params: { keyBatchId: batch.id }, body: { firmware } })}
      />
      {set.isError && <ErrorState error={set.error} />}
    </Box>
  );
}
