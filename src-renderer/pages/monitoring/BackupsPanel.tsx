import { Alert, Button, Group, NumberInput, Select, SimpleGrid, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { BackupSettings } from '../../../src-shared/contract/backups.ts';
import type { OperationOutput } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Time } from '../../components/Time.tsx';
import { backups as words } from '../../strings/backups.ts';
import { common } from '../../strings/common.ts';

type Backups = OperationOutput<'getBackups'>;

/** How often backups are made by themselves, how many are kept, and what became of the last. */
export function BackupsPanel() {
  const backups = useOperation('getBackups', {});
  if (backups.data)
    return (
      <Panel anchor="backups" title={words.title}>
        <BackupState backups={backups.data} />
        {/* A change by somebody else begins the form anew. */}
        <BackupForm key={backups.data.version} stored={backups.data} />
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
const fields = ['enabled', 'everyHours', 'atHour', 'keep'] as const satisfies readonly (keyof BackupSettings)[];

function BackupForm({ stored }: { stored: Backups }) {
  const mayChange = useCan('updateBackupSettings');
  const [settings, setSettings] = useState<BackupSettings>(stored);
  const set = (change: Partial<BackupSettings>) => setSettings((before) => ({ ...before, ...change }));
  const save = useOperationMutation('updateBackupSettings', {
    invalidates: ['getBackups'],
    onSuccess: () => notifications.show({ message: words.saved }),
  });
  const changed = fields.filter((field) => settings[field] !== stored[field]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          body: Object.fromEntries(changed.map((field) => [field, settings[field]])),
          version: stored.version,
        });
      }}
    >
      <Switch
        label={words.enabled}
        disabled={!mayChange}
        checked={settings.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
        mb="sm"
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <NumberInput
          label={words.everyHours}
          min={1}
          max={168}
          allowDecimal={false}
          suffix={words.hours}
          readOnly={!mayChange}
          value={settings.everyHours}
          onChange={(value) => typeof value === 'number' && set({ everyHours: value })}
        />
        <Select
          label={words.atHour}
          description={words.atHourHint}
          inputWrapperOrder={['label', 'input', 'description']}
          data={hours}
          allowDeselect={false}
          disabled={!mayChange || settings.everyHours % 24 !== 0}
          value={settings.atHour === null ? ANY : String(settings.atHour)}
          onChange={(value) => set({ atHour: value === null || value === ANY ? null : Number(value) })}
        />
        <NumberInput
          label={words.keep}
          min={1}
          max={365}
          allowDecimal={false}
          suffix={words.keepUnit}
          readOnly={!mayChange}
          value={settings.keep}
          onChange={(value) => typeof value === 'number' && set({ keep: value })}
        />
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
  );
}
