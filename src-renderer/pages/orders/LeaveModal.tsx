import { SegmentedControl, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  type Allocation,
  type CustomerOrder,
  type Leaving,
  leavings,
} from '../../../src-shared/contract/customer-orders.ts';
import { type ReturnReason, returnReasons } from '../../../src-shared/contract/trackers.ts';
import { takesScans } from '../../../src-shared/domain/allocation.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { orders as words } from '../../strings/orders.ts';

const { leaving } = words;
const invalidates = ['listAllocations', 'getCustomerOrder', 'listScans', 'listCustomerOrders', 'getTracker'] as const;

interface Props {
  order: CustomerOrder;
  device: Pick<Allocation, 'id' | 'macAddress'>;
  onClose: () => void;
}

/** Asks how a device leaves an order, after showing what an undo would take from the run. */
export function LeaveModal({ order, device, onClose }: Props) {
  const params = { customerOrderId: order.id };
  const preview = useOperation('previewLeaving', { params, query: { allocationId: device.id } }).data;
  const form = useOperationForm({
    initialValues: { how: null as Leaving | null, reason: 'returned' as ReturnReason },
  });
  const undo = useOperationMutation('undoAllocation', { invalidates });
  const giveBack = useOperationMutation('returnDevice', { invalidates });
  const mayUndo = takesScans(order);
  const usual: Leaving = !mayUndo || preview?.returned === 1 ? 'return' : 'undo';
  const how = form.values.how ?? usual;
  return (
    <FormModal
      opened
      onClose={onClose}
      title={leaving.title(device.macAddress, order.number)}
      form={form}
      submitLabel={how === 'undo' ? words.undo : words.return}
      onSubmit={async ({ reason }) => {
        if (how === 'undo')
          await undo.mutateAsync({ params, query: { allocationId: device.id, leaving: 'undo', fromDesk: 'true' } });
        else await giveBack.mutateAsync({ params, body: { allocationId: device.id, reason } });
        notifications.show({ message: (how === 'undo' ? words.takenOut : words.returned)(device.macAddress) });
      }}
    >
      {mayUndo && (
        <SegmentedControl
          aria-label={leaving.how}
          data={leavings.map((value) => ({ value, label: leaving[value] }))}
          value={how}
          onChange={(value) => form.setFieldValue('how', value as Leaving)}
        />
      )}
      <Text size="sm">{how === 'undo' ? leaving.undoHint : leaving.returnHint}</Text>
      {how === 'undo' && preview && (
        <Text size="sm" fw={preview.reports > 0 ? 600 : 400} role="status">
          {leaving.wouldGo(preview.reports, preview.deliveries)}
        </Text>
      )}
      {how === 'return' && (
        <Select
          label={leaving.reason}
          allowDeselect={false}
          data={returnReasons.map((value) => ({ value, label: words.reasons[value] }))}
          {...form.getInputProps('reason')}
        />
      )}
    </FormModal>
  );
}
