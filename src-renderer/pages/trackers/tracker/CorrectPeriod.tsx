import { Checkbox, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { RunPeriodRow } from '../../../../src-shared/contract/period-corrections.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ReferenceSelect } from '../../../components/ReferenceSelect.tsx';
import { DateTimeField } from '../../../dates/DateTimeField.tsx';
import { tracker } from '../../../strings/trackers.ts';
import { PreviewedChange } from './PreviewedChange.tsx';

const { runs: words } = tracker;

interface Props {
  trackerId: number;
  period: RunPeriodRow;
  onClose: () => void;
}

/** Corrects one run period with a reason, after it was shown what would change. */
export function CorrectPeriod({ trackerId, period, onClose }: Props) {
  const form = useForm({
    initialValues: {
      productionRunId: period.productionRun.id as number | null,
      unlimited: period.startsAt === null,
      startsAt: period.startsAt,
      endsAt: period.endsAt,
    },
  });
  const { productionRunId, unlimited, startsAt, endsAt } = form.values;
  const begins = unlimited ? null : startsAt;
  const change = {
    ...(productionRunId === null || productionRunId === period.productionRun.id ? {} : { productionRunId }),
    ...(begins === period.startsAt ? {} : { startsAt: begins }),
    ...(endsAt === null || endsAt === period.endsAt ? {} : { endsAt }),
  };
  const correct = useOperationMutation('correctRunPeriod', {
    invalidates: ['listTrackerGoods', 'getTracker', 'listStatusHistory', 'listTrackers', 'listTrackerAudit'],
  });
  return (
    <PreviewedChange<{ reports: number; deliveries: number }>
      title={words.correctOf(period.productionRun.name)}
      hint={words.hint}
      onClose={onClose}
      of={Object.keys(change).length > 0 ? JSON.stringify(change) : null}
      send={(reason, shown) =>
        correct.mutateAsync({
          params: { trackerId, periodId: period.id },
          body: { ...change, reason, dryRun: shown === null },
        })
      }
      show={({ reports, deliveries }) => (
        <Text size="sm" fw={600} role="status">
          {words.changes(reports, deliveries)}
        </Text>
      )}
      labels={words}
    >
      <ReferenceSelect
        kind="productionRun"
        label={words.run}
        value={productionRunId}
        onChange={(id) => form.setFieldValue('productionRunId', id)}
      />
      <Checkbox label={words.unlimitedFrom} {...form.getInputProps('unlimited', { type: 'checkbox' })} />
      {!unlimited && <DateTimeField label={words.from} {...form.getInputProps('startsAt')} />}
      <DateTimeField label={words.to} placeholder={words.present} {...form.getInputProps('endsAt')} />
    </PreviewedChange>
  );
}
