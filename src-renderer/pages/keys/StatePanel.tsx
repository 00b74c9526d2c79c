import { Alert, Anchor, Button, Group, PasswordInput, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconHourglass, IconLock, IconLockOpen, IconShieldCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { OperationId } from '../../../src-shared/contract/routes.ts';
import type { OperationOutput } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { Facts } from '../../components/Facts.tsx';
import { useOperationForm } from '../../components/FormModal.tsx';
import { CopyIcon } from '../../components/MacAddress.tsx';
import { Panel } from '../../components/Panel.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { keyProtection } from '../../strings/key-protection.ts';
import classes from './KeyProtectionPage.module.css';
import { PasswordModal } from './PasswordModal.tsx';

export type Protection = OperationOutput<'getKeyProtection'>;

const { state: words } = keyProtection;
const stale: readonly OperationId[] = ['getKeyProtection', 'getAbout', 'listJobs'];

const looks = {
  ready: { tone: 'good', icon: IconShieldCheck },
  'not-enrolled': { tone: 'warn', icon: IconAlertTriangle },
  locked: { tone: 'warn', icon: IconLock },
} as const;

/** Whether this console holds the key; lock, unlock, enrol. */
export function StatePanel({ protection }: { protection: Protection }) {
  const { state, problem, where, key, waitingJobs } = protection;
  const mayEnrol = useCan('enrolConsole');
  return (
    <Panel title={words.title}>
      <Facts
        facts={[
          { label: words.state, value: <StateBadge {...looks[state]} label={words.states[state]} /> },
          {
            label: words.where,
            value: (
              <span className={classes.path}>
                {where} <CopyIcon value={where} />
              </span>
            ),
          },
          { label: words.key, value: key && words.keyText(key.id, key.dataKeys) },
          { label: words.made, value: key && <Time value={key.createdAt} /> },
        ]}
      />
      <Text size="sm" c="dimmed" mt="xs">
        {problem ?? words.hints[state]}
      </Text>
      {waitingJobs > 0 && state !== 'ready' && (
        <Alert color="yellow" mt="sm" icon={<IconHourglass aria-hidden />}>
          {words.waiting(waitingJobs)}{' '}
          <Anchor component={Link} to="/jobs" size="sm">
            {words.showJobs}
          </Anchor>
        </Alert>
      )}
      <Group gap="xs" mt="sm">
        {state === 'ready' && <LockButton />}
        {state === 'locked' && <UnlockButton />}
        {mayEnrol && state !== 'ready' && <EnrolButton again={state === 'locked'} />}
      </Group>
    </Panel>
  );
}

function LockButton() {
  const lock = useOperationMutation('lockKeys', { invalidates: stale });
  return (
    <ConfirmButton
      title={words.lockTitle}
      body={words.lockBody}
      confirmLabel={words.lock}
      leftSection={<IconLock size={15} aria-hidden />}
      onConfirm={async () => {
        await lock.mutateAsync({});
        notifications.show({ message: words.locked });
      }}
    >
      {words.lock}
    </ConfirmButton>
  );
}

function UnlockButton() {
  const [opened, { open, close }] = useDisclosure(false);
  const unlock = useOperationMutation('unlockKeys', { invalidates: stale });
  const form = useOperationForm({ initialValues: { password: '' } });
  return (
    <>
      <Button leftSection={<IconLockOpen size={15} aria-hidden />} onClick={open}>
        {words.unlock}
      </Button>
      <PasswordModal
        opened={opened}
        onClose={close}
        title={words.unlockTitle}
        submitLabel={words.unlock}
        form={form}
        onSubmit={async (body) => {
          await unlock.mutateAsync({ body });
          notifications.show({ message: words.unlocked });
        }}
      />
    </>
  );
}

function EnrolButton({ again }: { again: boolean }) {
  const [opened, { open, close }] = useDisclosure(false);
  const enrol = useOperationMutation('enrolConsole', { invalidates: stale });
  const form = useOperationForm({ initialValues: { passphrase: '', password: '' } });
  const label = again ? words.enrolAgain : words.enrol;
  return (
    <>
      <Button variant={again ? 'default' : 'filled'} onClick={open}>
        {label}
      </Button>
      <PasswordModal
        opened={opened}
        onClose={close}
        title={words.enrol}
        submitLabel={words.enrol}
        form={form}
        onSubmit={async (body) => {
          await enrol.mutateAsync({ body });
          notifications.show({ message: words.enrolled });
        }}
      >
        <PasswordInput
          label={words.passphrase}
          description={words.passphraseHint}
          autoComplete="off"
          required
          data-autofocus
          {...form.getInputProps('passphrase')}
        />
      </PasswordModal>
    </>
  );
}
