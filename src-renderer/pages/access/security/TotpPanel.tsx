import { Button, Group, PasswordInput, Skeleton, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconShieldCheck, IconShieldOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { security } from '../../../strings/security.ts';
import { TotpSetup } from './TotpSetup.tsx';

const words = security.totp;
const FEW_CODES = 3;

/** The second factor: on or off, set up and turned off here. */
export function TotpPanel() {
  const state = useOperation('getTotp', {});
  const [asked, setAsked] = useState<'enable' | 'disable' | null>(null);
  const close = () => setAsked(null);
  if (state.isError) return <ErrorState error={state.error} onRetry={() => void state.refetch()} />;
  return (
    <Panel title={words.title}>
      {state.data ? (
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            {state.data.enabled ? (
              <StateBadge tone="good" icon={IconShieldCheck} label={words.on} />
            ) : (
              <StateBadge tone="quiet" icon={IconShieldOff} label={words.off} />
            )}
            <Text size="sm" c="dimmed" mt={4}>
              {state.data.enabled ? words.hintOn(state.data.recoveryCodesLeft) : words.hintOff}
            </Text>
            {state.data.enabled && state.data.recoveryCodesLeft <= FEW_CODES && (
              <Text size="sm" mt={4}>
                {words.fewLeft}
              </Text>
            )}
          </div>
          <Button variant="default" flex="none" onClick={() => setAsked(state.data.enabled ? 'disable' : 'enable')}>
            {state.data.enabled ? words.disable : words.enable}
          </Button>
        </Group>
      ) : (
        <Skeleton height={48} />
      )}
      {asked === 'enable' && <TotpSetup onClose={close} />}
      {asked === 'disable' && <TotpRemoval onClose={close} />}
    </Panel>
  );
}

function TotpRemoval({ onClose }: { onClose: () => void }) {
  const remove = useOperationMutation('removeTotp', { invalidates: ['getTotp', 'listUsers'] });
  const form = useOperationForm({ initialValues: { currentPassword: '' } });
  return (
    <FormModal
      opened
      onClose={onClose}
      title={words.disableTitle}
      form={form}
      submitLabel={words.disable}
      onSubmit={async (body) => {
        await remove.mutateAsync({ body });
        notifications.show({ message: words.turnedOff });
      }}
    >
      <PasswordInput
        label={words.askPassword}
        autoComplete="current-password"
        required
        data-autofocus
        {...form.getInputProps('currentPassword')}
      />
    </FormModal>
  );
}
