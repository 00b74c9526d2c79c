import { NumberInput, SimpleGrid, Text } from '@mantine/core';
import { type Retention, retentionRoutes } from '../../../src-shared/contract/retention.ts';
import { api } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { SettingsForm } from '../../components/SettingsForm.tsx';
import { retention as words } from '../../strings/retention.ts';

/** For how long what is over is kept: jobs, rejected rows, corrupt reports, deliveries, scans, the audit log. */
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
  'auditDays',
] as const satisfies readonly (keyof Retention)[];

type Values = Record<(typeof fields)[number], number | string>;
const valuesOf = (stored: Retention) =>
  Object.fromEntries(fields.map((field) => [field, stored[field] ?? ''])) as Values;
const bodyOf = (values: Values) =>
  Object.fromEntries(fields.map((field) => [field, values[field] === '' ? null : Number(values[field])])) as Retention;

function RetentionForm({ stored }: { stored: Retention & { version: number } }) {
  const mayChange = useCan('updateRetention');
  const save = useOperationMutation('updateRetention', { invalidates: ['getRetention'] });
  return (
    <Panel anchor="retention" title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.hint}
      </Text>
      <SettingsForm
        settings={stored}
        read={() => api.getRetention()}
        valuesOf={valuesOf}
        bodyOf={bodyOf}
        labels={words.fields}
        route={retentionRoutes.updateRetention}
        save={(body, version) => save.mutateAsync({ body, version })}
        saved={words.saved}
        readOnly={!mayChange}
      >
        {(form) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
            {fields.map((field) => (
              <NumberInput
                key={field}
                label={words.fields[field]}
                description={words.hints[field]}
                placeholder={words.forGood}
                clampBehavior="none"
                allowDecimal={false}
                suffix={words.unit}
                {...form.getInputProps(field)}
              />
            ))}
          </SimpleGrid>
        )}
      </SettingsForm>
    </Panel>
  );
}
