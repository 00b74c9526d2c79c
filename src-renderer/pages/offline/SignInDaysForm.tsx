import { Button, Group, NumberInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { api, isOvertaken, type OperationOutput } from '../../api/client.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { OvertakenNotice } from '../../components/editing/OvertakenNotice.tsx';
import { useEditing } from '../../components/editing/use-editing.ts';
import { useOperationForm } from '../../components/FormModal.tsx';
import { Panel } from '../../components/Panel.tsx';
import { common } from '../../strings/common.ts';
import { offline as words } from '../../strings/offline.ts';

type Settings = OperationOutput<'getOfflineSettings'>;
const valuesOf = ({ signInDays }: Settings) => ({ signInDays: signInDays as number | string });
const bodyOf = ({ signInDays }: ReturnType<typeof valuesOf>) => ({ signInDays: Number(signInDays) });
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
  const form = useOperationForm({ initialValues: valuesOf(settings) });
  const editing = useEditing(form, {
    record: settings,
    read: () => api.getOfflineSettings(),
    values: valuesOf,
    labels,
    stays: true,
  });
  const save = useOperationMutation('updateOfflineSettings', {
    invalidates: ['getOfflineSettings', 'getWorkstation'],
    onSuccess: () => notifications.show({ message: words.days.saved }),
  });
  const submit = form.onSubmit(
    (values) =>
      void editing
        .send(values, (_values, { version, changed }) =>
          save.mutateAsync({ body: { ...bodyOf(values), ...changed(bodyOf) }, version }),
        )
        // Shown below, as the mutation's error.
        .catch(() => undefined),
  );
  return (
    <form onSubmit={submit}>
      {editing.overtaken && <OvertakenNotice overtaken={editing.overtaken} form={form} labels={labels} />}
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <NumberInput
          label={words.days.label}
          description={words.days.hint}
          min={0}
          max={90}
          allowDecimal={false}
          {...form.getInputProps('signInDays')}
        />
        <Button
          type="submit"
          variant="default"
          disabled={disabled || form.values.signInDays === '' || !form.isDirty()}
          loading={save.isPending}
        >
          {common.save}
        </Button>
      </Group>
      {save.isError && !isOvertaken(save.error) && <ErrorState error={save.error} />}
    </form>
  );
}
