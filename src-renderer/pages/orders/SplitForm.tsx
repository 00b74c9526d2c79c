import { NumberInput, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from 'react-router';
import type { CustomerOrder } from '../../../src-shared/contract/customer-orders.ts';
import { orderPaperRoutes } from '../../../src-shared/contract/order-papers.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { checkedBy, numberOf } from '../../components/editing/check-form.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { DateField } from '../../dates/DateField.tsx';
import { orderPapers as words } from '../../strings/order-papers.ts';

/** How much of an order can move to another: what is not filled, while the order keeps at least one device. */
export const mostToSplit = ({
  quantity,
  allocatedCount,
}: Pick<CustomerOrder, 'quantity' | 'allocatedCount'>): number =>
  allocatedCount > 0 ? quantity - allocatedCount : quantity - 1;

const bodyOf = ({ quantity, dueDate }: { quantity: number | string; dueDate: string | null }) => ({
  quantity: numberOf(quantity),
  dueDate,
});

/** Moves a part that is not filled yet to a new order, and goes there. */
export function SplitForm({ order, opened, onClose }: { order: CustomerOrder; opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const most = mostToSplit(order);
  const split = useOperationMutation('splitCustomerOrder', {
    invalidates: ['getCustomerOrder', 'listCustomerOrders', 'listOrderEvents', 'getOverview'],
  });
  const form = useOperationForm({
    initialValues: { quantity: most as number | string, dueDate: order.dueDate },
    validate: checkedBy(
      orderPaperRoutes.splitCustomerOrder,
      bodyOf,
      { quantity: words.splitErrors.quantity(most) },
      // What is left to move is known of this order alone.
      ({ quantity }) => (Number(quantity) > most ? { quantity: words.splitErrors.quantity(most) } : {}),
    ),
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.splitTitle(order.number)}
      submitLabel={words.splitSubmit}
      form={form}
      onSubmit={async (values) => {
        const params = { customerOrderId: order.id };
        const placed = await split.mutateAsync({ params, body: bodyOf(values) });
        notifications.show({ message: words.splitDone(placed.number) });
        await navigate(`/orders/${placed.id}`);
      }}
    >
      <Text size="sm">{words.splitHint(order.quantity - order.allocatedCount)}</Text>
      <NumberInput
        label={words.splitQuantity}
        withAsterisk
        data-autofocus
        thousandSeparator=","
        allowDecimal={false}
        clampBehavior="none"
        {...form.getInputProps('quantity')}
      />
      <DateField label={words.splitDue} clearable {...form.getInputProps('dueDate')} />
    </FormModal>
  );
}
