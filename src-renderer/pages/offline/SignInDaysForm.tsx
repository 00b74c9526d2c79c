import { NumberInput } from '@mantine/core';
import { workstationRoutes } from '../../../src-shared/contract/workstation.ts';
import { api, type OperationOutput } from '../../api/client.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { numberOf } from '../../components/editing/check-form.ts';
import { Panel } from '../../components/Panel.tsx';
import { SettingsForm } from '../../components/SettingsForm.tsx';
import { offline as words } from '../../strings/offline.ts';

type Settings = OperationOutput<'getOfflineSettings'>;
const valuesOf = ({ signInDays }: Settings) => ({ signInDays: signInDays as number | string });
const bodyOf = ({ signInDays }: ReturnType<typeof valuesOf>) => ({ signInDays: numberOf(signInDays) });
const labels = { signInDays: words.days.label };

/** For how long people may sign in while the central database is away, on every workstation. */
export function SignInDaysForm({ days, disabled }: { days: number; disabled: boolean }) {
  const stored = useOperation('getOfflineSettings', {}, { enabled: !disabled });
  return (
    <Panel title={words.days.title}>
      <DaysForm
        key={String(stored.isSuccess)}
        settings={stored.data ?? { signInDays: days, version: 0 }}
        disabled={disabled || !stored.isSuccess}
      />
    </Panel>
  );
}

function DaysForm({ settings, disabled }: { settings: Settings; disabled: boolean }) {
  const save = useOperationMutation('updateOfflineSettings', { invalidates: ['getOfflineSettings', 'getWorkstation'] });
  return (
    <SettingsForm
      settings={settings}
      read={() => api.getOfflineSettings()}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      labels={labels}
      route={workstationRoutes.updateOfflineSettings}
      save={({ signInDays = settings.signInDays }, version) => save.mutateAsync({ body: { signInDays }, version })}
      saved={words.days.saved}
      readOnly={disabled}
    >
      {(form) => (
        <NumberInput
          label={words.days.label}
          description={words.days.hint}
          clampBehavior="none"
          allowDecimal={false}
          {...form.getInputProps('signInDays')}
        />
      )}
    </SettingsForm>
  );
}
