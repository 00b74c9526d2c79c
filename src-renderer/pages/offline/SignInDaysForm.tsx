import { Button, Group, NumberInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { common } from '../../strings/common.ts';
import { offline as words } from '../../strings/offline.ts';

/** For how long people may sign in while the central database is away, on every workstation. */
export function SignInDaysForm({ days, disabled }: { days: number; disabled: boolean }) {
  const [value, setValue] = useState<string | number>(days);
  const save = useOperationMutation('updateOfflineSettings', {
    invalidates: ['getWorkstation'],
    onSuccess: () => notifications.show({ message: words.days.saved }),
  });
  return (
    <Panel title={words.days.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ body: { signInDays: Number(value) } });
        }}
      >
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <NumberInput
            label={words.days.label}
            description={words.days.hint}
            min={0}
            max={90}
            allowDecimal={false}
            value={value}
            onChange={setValue}
          />
          <Button
            type="submit"
            variant="default"
            disabled={disabled || value === '' || Number(value) === days}
            loading={save.isPending}
          >
            {common.save}
          </Button>
        </Group>
        {save.isError && <ErrorState error={save.error} />}
      </form>
    </Panel>
  );
}
