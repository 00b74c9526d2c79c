import { Button, Group, NumberInput, SimpleGrid, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Retention } from '../../../src-shared/contract/retention.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { common } from '../../strings/common.ts';
import { retention as words } from '../../strings/retention.ts';

/** For how long what is over is kept: jobs, rejected rows, corrupt reports, deliveries, scans. */
export function RetentionPanel() {
  const retention = useOperation('getRetention', {});
  if (retention.data) return <RetentionForm stored={retention.data} />;
  return retention.isError ? <ErrorState error={retention.error} onRetry={() => void retention.refetch()} /> : null;
}

const fields = [
  'jobDays',
  'rejectedRowDays',
  'corruptReportDays',
  'webhookDeliveryDays',
  'closedOrderScanDays',
] as const satisfies readonly (keyof Retention)[];

function RetentionForm({ stored }: { stored: Retention & { version: number } }) {
  const mayChange = useCan('updateRetention');
  const [days, setDays] = useState<Retention>(stored);
  const save = useOperationMutation('updateRetention', {
    invalidates: ['getRetention'],
    onSuccess: () => notifications.show({ message: words.saved }),
  });
  const changed = fields.filter((field) => days[field] !== stored[field]);
  return (
    <Panel anchor="retention" title={words.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({
            body: Object.fromEntries(changed.map((field) => [field, days[field]])),
            version: stored.version,
          });
        }}
      >
        <Text size="sm" c="dimmed" mb="sm">
          {words.hint}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
          {fields.map((field) => (
            <NumberInput
              key={field}
              label={words.fields[field]}
              description={words.hints[field]}
              placeholder={words.forGood}
              min={1}
              max={36_500}
              allowDecimal={false}
              suffix={words.unit}
              readOnly={!mayChange}
              value={days[field] ?? ''}
              onChange={(value) => setDays((before) => ({ ...before, [field]: value === '' ? null : Number(value) }))}
            />
          ))}
        </SimpleGrid>
        {mayChange && (
          <Group mt="sm">
            <Button type="submit" variant="default" disabled={changed.length === 0} loading={save.isPending}>
              {common.save}
            </Button>
          </Group>
        )}
        {save.isError && <ErrorState error={save.error} />}
      </form>
    </Panel>
  );
}
