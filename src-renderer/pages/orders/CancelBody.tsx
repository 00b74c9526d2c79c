import { Checkbox, Stack, Text } from '@mantine/core';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { useOperation } from '../../api/use-operation.ts';
import { orders as words } from '../../strings/orders.ts';

interface Props {
  order: CustomerOrder;
  undoAll: boolean;
  onUndoAll: (all: boolean) => void;
}

/** What becomes of the devices of an order that is cancelled: what was shipped stays, unless the person says otherwise. */
export function CancelBody({ order, undoAll, onUndoAll }: Props) {
  const query = { cancelling: 'true' } as const;
  const preview = useOperation('previewLeaving', { params: { customerOrderId: order.id }, query }).data;
  return (
    <Stack gap="xs">
      <Text size="sm">{words.cancelBody(preview ? preview.undone + preview.returned : order.allocatedCount)}</Text>
      {preview && preview.returned > 0 && (
        <>
          <Text size="sm">{words.leaving.cancelled(preview.undone, preview.returned)}</Text>
          <Checkbox
            label={words.leaving.undoAll}
            description={words.leaving.wouldGo(preview.reports, preview.deliveries)}
            checked={undoAll}
            onChange={(event) => onUndoAll(event.currentTarget.checked)}
          />
        </>
      )}
    </Stack>
  );
}
