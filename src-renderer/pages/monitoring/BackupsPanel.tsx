import { Alert, NumberInput, Select, SimpleGrid, Switch, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type BackupSettings, backupRoutes } from '../../../src-shared/contract/backups.ts';
import { api, type OperationOutput } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { numberOf } from '../../components/editing/check-form.ts';
import { Facts } from '../../components/Facts.tsx';
import { Panel } from '../../components/Panel.tsx';
import { SettingsForm } from '../../components/SettingsForm.tsx';
import { Time } from '../../components/Time.tsx';
import { backups as words } from '../../strings/backups.ts';

type Backups = OperationOutput<'getBackups'>;

/** How often backups are made by themselves, how many are kept, and what became of the last. */
export function BackupsPanel() {
  const backups = useOperation('getBackups', {});
  if (backups.data)
    return (
      <Panel anchor="backups" title={words.title}>
        <BackupState backups={backups.data} />
        <BackupForm stored={backups.data} />
      </Panel>
    );
  return backups.isError ? <ErrorState error={backups.error} onRetry={() => void backups.refetch()} /> : null;
}

function BackupState({ backups }: { backups: Backups }) {
  const { made, failed, enabled, overdue } = backups;
  const warning = !enabled
    ? words.off
    : failed
      ? words.failed(failed.console, failed.why)
      : overdue
        ? words.overdue
        : null;
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {words.hint}
      </Text>
      {warning !== null && (
        <Alert color="yellow" mb="sm" icon={<IconAlertTriangle aria-hidden />} role="status">
          {warning}
        </Alert>
      )}
      <Facts
        facts={[
          { label: words.last, value: <Time value={made?.at} relative absent={words.never} /> },
          { label: words.next, value: enabled && <Time value={backups.nextAt} /> },
          { label: words.size, value: made && words.sizeOf(made.rows, made.bytes) },
          { label: words.file, value: made && <span style={{ overflowWrap: 'anywhere' }}>{made.file}</span> },
          { label: words.on, value: made?.console },
          { label: words.folder, value: <span style={{ overflowWrap: 'anywhere' }}>{backups.folder}</span> },
        ]}
      />
      <Text size="sm" c="dimmed" my="sm">
        {words.restoreHint}
      </Text>
    </>
  );
}

const ANY = 'any';
const hours = [
  { value: ANY, label: words.anyHour },
  ...Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: words.hourOf(hour) })),
];
type Values = Record<string, unknown> & {
  enabled: boolean;
  everyHours: number | string;
  atHour: string;
  keep: number | string;
};
const valuesOf = ({ enabled, everyHours, atHour, keep }: BackupSettings): Values => ({
  enabled,
  everyHours,
  atHour: atHour === null ? ANY : String(atHour),
  keep,
});
const bodyOf = ({ enabled, everyHours, atHour, keep }: Values) => ({
  enabled,
  everyHours: numberOf(everyHours),
  atHour: atHour === ANY ? null : Number(atHour),
  keep: numberOf(keep),
});
const labels = { enabled: words.enabled, everyHours: words.everyHours, atHour: words.atHour, keep: words.keep };

function BackupForm({ stored }: { stored: Backups }) {
  const mayChange = useCan('updateBackupSettings');
  const save = useOperationMutation('updateBackupSettings', { invalidates: ['getBackups'] });
  return (
    <SettingsForm
      settings={stored}
      read={() => api.getBackups()}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      labels={labels}
      route={backupRoutes.updateBackupSettings}
      save={(body, version) => save.mutateAsync({ body, version })}
      saved={words.saved}
      readOnly={!mayChange}
    >
      {(form) => (
        <>
          <Switch label={words.enabled} {...form.getInputProps('enabled', { type: 'checkbox' })} />
          <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
            <NumberInput
              label={words.everyHours}
              clampBehavior="none"
              allowDecimal={false}
              suffix={words.hours}
              {...form.getInputProps('everyHours')}
            />
            <Select
              label={words.atHour}
              description={words.atHourHint}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              data={hours}
              allowDeselect={false}
              disabled={Number(form.values.everyHours) % 24 !== 0}
              {...form.getInputProps('atHour')}
            />
            <NumberInput
              label={words.keep}
              clampBehavior="none"
              allowDecimal={false}
              suffix={words.keepUnit}
              {...form.getInputProps('keep')}
            />
          </SimpleGrid>
        </>
      )}
    </SettingsForm>
  );
}
