import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { RunPeriodRow } from '../../../../src-shared/contract/period-corrections.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { ReferenceSelect } from '../../../components/ReferenceSelect.tsx';
import { DateTimeField } from '../../../dates/DateTimeField.tsx';
import { common } from '../../../strings/common.ts';
import { tracker } from '../../../strings/trackers.ts';

const { runs: words } = tracker;

interface Props {
  trackerId: number;
  period: RunPeriodRow;
  onClose: () => void;
}

/** Corrects one run period with a reason, after it was shown what would change. */
export function CorrectPeriod({ trackerId, period, onClose }: Props) {
  const [shown, setShown] = useState<{ of: string; reports: number; deliveries: number } | null>(null);
  const form = useForm({
    initialValues: {
      productionRunId: period.productionRun.id as number | null,
      unlimited: period.startsAt === null,
      startsAt: period.startsAt,
      endsAt: period.endsAt,
      reason: '',
    },
  });
  const { productionRunId, unlimited, startsAt, endsAt, reason } = form.values;
  const begins = unlimited ? null : startsAt;
  const change = {
    ...(productionRunId === null || productionRunId === period.productionRun.id ? {} : { productionRunId }),
    ...(begins === period.startsAt ? {} : { startsAt: begins }),
    ...(endsAt === null || endsAt === period.endsAt ? {} : { endsAt }),
  };
  const of = JSON.stringify(change);
  const correct = useOperationMutation('correctRunPeriod', {
    invalidates: ['listTrackerGoods', 'getTracker', 'listStatusHistory', 'listTrackers', 'listTrackerAudit'],
  });
  const send = (dryRun: boolean) =>
    correct.mutateAsync({ params: { trackerId, periodId: period.id }, body: { ...change, reason, dryRun } });
  const preview = async () => {
    const { reports, deliveries } = await send(true);
    setShown({ of, reports, deliveries });
  };
  const apply = async () => {
    await send(false);
    notifications.show({ message: words.done });
    onClose();
  };
  // What went wrong is shown by the mutation.
  const quietly = (work: () => Promise<void>) => () => void work().catch(() => undefined);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.correctOf(period.productionRun.name)}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {words.hint}
        </Text>
        <ReferenceSelect
          kind="productionRun"
          label={words.run}
          value={productionRunId}
          onChange={(id) => form.setFieldValue('productionRunId', id)}
        />
        <Checkbox label={words.unlimitedFrom} {...form.getInputProps('unlimited', { type: 'checkbox' })} />
        {!unlimited && <DateTimeField label={words.from} {...form.getInputProps('startsAt')} />}
        <DateTimeField label={words.to} placeholder={words.present} {...form.getInputProps('endsAt')} />
        <Textarea
          label={words.reason}
          required
          maxLength={500}
          autosize
          minRows={2}
          {...form.getInputProps('reason')}
        />
        {shown?.of === of && (
          <Text size="sm" fw={600} role="status">
            {words.changes(shown.reports, shown.deliveries)}
          </Text>
        )}
        {correct.isError && <ErrorState error={correct.error} title={common.notDone} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button
            variant="default"
            disabled={reason.trim() === '' || of === '{}'}
            loading={correct.isPending}
            onClick={quietly(preview)}
          >
            {words.preview}
          </Button>
          <Button
            disabled={shown?.of !== of || reason.trim() === ''}
            loading={correct.isPending}
            onClick={quietly(apply)}
          >
            {words.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
