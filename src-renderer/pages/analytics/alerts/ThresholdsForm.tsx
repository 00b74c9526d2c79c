import { NumberInput, SimpleGrid, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Thresholds } from '../../../../src-shared/contract/alerts.ts';
import { api } from '../../../api/client.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { alerts as words } from '../../../strings/alerts.ts';

interface Props {
  thresholds: Thresholds & { version: number };
  opened: boolean;
  onClose: () => void;
}
const order = Object.keys(words.threshold) as (keyof Thresholds)[];

const labels = Object.fromEntries(order.map((key) => [key, words.threshold[key][0]]));
const valuesOf = (thresholds: Thresholds) =>
  Object.fromEntries(order.map((key) => [key, thresholds[key]])) as unknown as Thresholds & Record<string, unknown>;

const inPercent = (share: number) => (typeof share === 'number' ? Math.round(share * 100) : share);

/** When something is an anomaly, and when a visit is a delivery. */
export function ThresholdsForm({ thresholds, opened, onClose }: Props) {
  const form = useOperationForm<Thresholds & Record<string, unknown>>({ initialValues: valuesOf(thresholds) });
  const update = useOperationMutation('updateThresholds', { invalidates: ['getThresholds'] });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.thresholds}
      size="lg"
      form={form}
      editing={{ record: thresholds, read: () => api.getThresholds(), values: valuesOf, labels }}
      onSubmit={async (_values, { version, changed }) => {
        await update.mutateAsync({ body: changed((all): Partial<Thresholds> => all), version });
        notifications.show({ message: words.thresholdsSaved });
      }}
    >
      <Text size="sm" c="dimmed">
        {words.thresholdsHint}
      </Text>
      <SimpleGrid cols={2} spacing="sm">
        {order.map((key) => {
          const [label, unit, description] = words.threshold[key];
          const input = form.getInputProps(key);
          // Stored as a share, and typed in percent as people say it.
          const percent =
            key === 'clusterShare'
              ? {
                  value: inPercent(form.values.clusterShare),
                  onChange: (value: number | string) => input.onChange(typeof value === 'number' ? value / 100 : value),
                  max: 100,
                }
              : {};
          return (
            <NumberInput
              key={key}
              label={label}
              description={description}
              suffix={unit}
              decimalScale={0}
              min={0}
              {...input}
              {...percent}
            />
          );
        })}
      </SimpleGrid>
    </FormModal>
  );
}
