import { Checkbox, NumberInput, SegmentedControl, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { type CustomerOrder, customerOrderRoutes } from '../../../src-shared/contract/customer-orders.ts';
import { api } from '../../api/client.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { checkedBy, isMissing, numberOf } from '../../components/editing/check-form.ts';
import type { Sending } from '../../components/editing/use-editing.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { DateField } from '../../dates/DateField.tsx';
import { orders } from '../../strings/orders.ts';

const { form: words } = orders;

interface Props {
  opened: boolean;
  onClose: () => void;
  /** The order to edit; a new one without. */
  order?: CustomerOrder;
}

const valuesOf = (order?: CustomerOrder) => ({
  clientId: order?.client.id ?? null,
  brandId: order?.brand?.id ?? null,
  productionRunId: order?.productionRun?.id ?? null,
  quantity: (order?.quantity ?? '') as number | string,
  dueDate: order?.dueDate ?? null,
  notes: order?.notes ?? '',
  pairsGoods: order?.pairsGoods ?? false,
});
type Values = ReturnType<typeof valuesOf>;
const bodyOf = (values: Values) => ({
  brandId: values.brandId,
  productionRunId: values.productionRunId,
  quantity: numberOf(values.quantity),
  dueDate: values.dueDate,
  notes: values.notes,
  pairsGoods: values.pairsGoods,
});
const labels = {
  brandId: words.brand,
  productionRunId: words.run,
  quantity: words.quantity,
  dueDate: words.dueDate,
  notes: words.notes,
  pairsGoods: words.pairsGoods,
};
const wordsOf = ({ brand, productionRun }: CustomerOrder) => ({
  brandId: brand?.name ?? words.noBrand,
  productionRunId: productionRun?.name ?? words.noRun,
});

/** Places or edits an order. Brand and run follow the client that was chosen. */
export function OrderForm({ opened, onClose, order }: Props) {
  const navigate = useNavigate();
  const invalidates = ['listCustomerOrders', 'getCustomerOrder', 'getOverview', 'listTrackers'] as const;
  const create = useOperationMutation('createCustomerOrder', { invalidates });
  const update = useOperationMutation('updateCustomerOrder', { invalidates });
  const form = useOperationForm({
    initialValues: valuesOf(order),
    validate: checkedBy(
      order ? customerOrderRoutes.updateCustomerOrder : customerOrderRoutes.createCustomerOrder,
      (values) => ({ ...bodyOf(values), clientId: values.clientId }),
      {
        clientId: words.errors.client,
        quantity: (issue) => (isMissing(issue) ? words.errors.quantityMissing : words.errors.quantity),
      },
    ),
  });
  const { clientId, brandId, productionRunId } = form.values;

  const [runSince, setRunSince] = useState<'beginning' | 'now'>('beginning');
  const movesDevices =
    order !== undefined &&
    order.allocatedCount > 0 &&
    productionRunId !== null &&
    productionRunId !== order.productionRun?.id;

  const submit = async (values: Values, { version, changed }: Sending<Values>) => {
    if (order) {
      const body = { ...changed(bodyOf), ...(movesDevices ? { runSince } : {}) };
      return update.mutateAsync({ params: { customerOrderId: order.id }, body, version });
    }
    const placed = await create.mutateAsync({ body: { ...bodyOf(values), clientId: values.clientId ?? 0 } });
    void navigate(`/orders/${placed.id}`);
  };

  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={order ? words.editTitle(order.number) : words.createTitle}
      {...(order ? {} : { submitLabel: words.submit })}
      form={form}
      editing={
        order && {
          record: order,
          read: () => api.getCustomerOrder({ params: { customerOrderId: order.id } }),
          values: valuesOf,
          labels,
          words: wordsOf,
        }
      }
      onSubmit={submit}
    >
      <ReferenceSelect
        kind="client"
        label={words.client}
        withAsterisk
        placeholder=""
        disabled={order !== undefined}
        {...(order ? { description: words.clientFixed } : { 'data-autofocus': true })}
        value={clientId}
        onChange={(id) => form.setValues({ clientId: id, brandId: null, productionRunId: null })}
        error={form.errors.clientId}
      />
      <ReferenceSelect
        kind="brand"
        label={words.brand}
        description={words.brandHint}
        placeholder={words.noBrand}
        disabled={clientId === null}
        clientId={clientId}
        value={brandId}
        onChange={(id) => form.setValues({ brandId: id, productionRunId: null })}
        error={form.errors.brandId}
      />
      <ReferenceSelect
        kind="productionRun"
        label={words.run}
        description={order && order.allocatedCount > 0 ? words.runMoves : words.runHint}
        placeholder={words.noRun}
        disabled={clientId === null}
        clientId={clientId}
        brandId={brandId}
        value={productionRunId}
        onChange={(id) => form.setFieldValue('productionRunId', id)}
        error={form.errors.productionRunId}
      />
      {movesDevices && (
        <SegmentedControl
          aria-label={words.runSince}
          data={(['beginning', 'now'] as const).map((value) => ({ value, label: words.runSinceOptions[value] }))}
          value={runSince}
          onChange={(value) => setRunSince(value as typeof runSince)}
        />
      )}
      <NumberInput
        label={words.quantity}
        description={words.quantityHint}
        withAsterisk
        thousandSeparator=","
        allowDecimal={false}
        clampBehavior="none"
        {...(order ? { 'data-autofocus': true } : {})}
        {...form.getInputProps('quantity')}
      />
      <DateField label={words.dueDate} description={words.dueHint} clearable {...form.getInputProps('dueDate')} />
      <Checkbox
        label={words.pairsGoods}
        description={words.pairsGoodsHint}
        {...form.getInputProps('pairsGoods', { type: 'checkbox' })}
      />
      <Textarea
        label={words.notes}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4000}
        {...form.getInputProps('notes')}
      />
    </FormModal>
  );
}
