import { NumberInput, TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { keyBatchRoutes, MAX_KEY_BATCH } from '../../../../src-shared/contract/key-batches.ts';
import type { Firmware } from '../../../../src-shared/domain/find-my/battery.ts';
import { MAX_KEYS_PER_DEVICE } from '../../../../src-shared/domain/find-my/keys.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { checkedBy, isMissing, numberOf } from '../../../components/editing/check-form.ts';
import { FirmwareSelect } from '../../../components/FirmwareSelect.tsx';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { ReferenceSelect } from '../../../components/ReferenceSelect.tsx';
import { useJobs } from '../../../stores/jobs.ts';
import { keyBatches } from '../../../strings/key-batches.ts';

const { create: words } = keyBatches;

const empty = {
  label: '',
  count: '' as number | string,
  keysPerDevice: 1 as number | string,
  productionRunId: null as number | null,
  firmware: null as Firmware | null,
};
const bodyOf = ({ count, keysPerDevice, ...rest }: typeof empty) => ({
  ...rest,
  count: numberOf(count),
  keysPerDevice: numberOf(keysPerDevice),
});

/** Asks for a batch of keys; the generation is a job that the batch's own page shows. */
export function CreateKeyBatch({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const create = useOperationMutation('createKeyBatch', { invalidates: ['listKeyBatches', 'listJobs'] });
  const form = useOperationForm({
    initialValues: empty,
    validate: checkedBy(keyBatchRoutes.createKeyBatch, bodyOf, {
      label: words.errors.labelMissing,
      count: (issue) =>
        isMissing(issue)
          ? words.errors.countMissing
          : issue.code === 'too_small'
            ? words.errors.countSmall
            : issue.code === 'invalid_type'
              ? words.errors.countWhole
              : words.errors.countLarge(MAX_KEY_BATCH),
      keysPerDevice: words.errors.keysPerDevice(MAX_KEYS_PER_DEVICE),
    }),
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.title}
      submitLabel={words.submit}
      form={form}
      onSubmit={async (values) => {
        const job = await create.mutateAsync({ body: bodyOf(values) });
        useJobs.getState().put(job);
        if (job.resource) void navigate(`/key-batches/${job.resource.id}`);
      }}
    >
      <TextInput
        label={words.label}
        description={words.labelHint}
        withAsterisk
        maxLength={200}
        data-autofocus
        {...form.getInputProps('label')}
      />
      <NumberInput
        label={words.count}
        description={words.countHint(MAX_KEY_BATCH)}
        withAsterisk
        thousandSeparator=","
        allowDecimal={false}
        clampBehavior="none"
        step={100}
        {...form.getInputProps('count')}
      />
      <NumberInput
        label={words.keysPerDevice}
        description={words.keysPerDeviceHint(MAX_KEYS_PER_DEVICE)}
        withAsterisk
        allowDecimal={false}
        clampBehavior="none"
        {...form.getInputProps('keysPerDevice')}
      />
      <ReferenceSelect
        kind="productionRun"
        label={words.run}
        description={words.runHint}
        placeholder={words.noRun}
        value={form.values.productionRunId}
        onChange={(id) => form.setFieldValue('productionRunId', id)}
        error={form.errors.productionRunId}
      />
      <FirmwareSelect value={form.values.firmware} onChange={(firmware) => form.setFieldValue('firmware', firmware)} />
    </FormModal>
  );
}
