import { Button, Group, PasswordInput, Radio, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { keyProtectionRoutes } from '../../../src-shared/contract/key-protection.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { checkedBy } from '../../components/editing/check-form.ts';
import { useOperationForm } from '../../components/FormModal.tsx';
import { JobProgress } from '../../components/JobProgress.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useJobs } from '../../stores/jobs.ts';
import { keyProtection } from '../../strings/key-protection.ts';
import { PasswordModal } from './PasswordModal.tsx';
import type { Protection } from './StatePanel.tsx';

const { change: words } = keyProtection;
const empty = { which: 'made', passphrase: '', again: '', password: '' };
const bodyOf = ({ which, passphrase, password }: typeof empty) => ({
  password,
  passphrase: which === 'chosen' ? passphrase : null,
});

/** Rotation of the key and change of the passphrase, both as jobs that are shown here. */
export function ChangePanel({ protection }: { protection: Protection }) {
  const allowed = useCan('rotateKey');
  // The last one that was started here stays on screen when it is done.
  const [started, setStarted] = useState<number | null>(null);
  const jobId = protection.changingJobId ?? started;
  const busy = protection.changingJobId !== null;
  const ready = protection.state === 'ready';
  return (
    <Panel title={words.title}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {words.hint}
        </Text>
        {allowed ? (
          <Group gap="xs">
            <ChangeButton operation="rotateKey" disabled={busy || !ready} onStarted={setStarted} />
            <ChangeButton operation="changePassphrase" disabled={busy || !ready} onStarted={setStarted} />
          </Group>
        ) : (
          <Text size="sm">{words.onlyAdmin}</Text>
        )}
        {allowed && !ready && <Text size="sm">{words.needsKeys}</Text>}
        {jobId !== null && <JobProgress jobId={jobId} />}
      </Stack>
    </Panel>
  );
}

const texts = {
  rotateKey: { button: words.rotate, title: words.rotateTitle, body: words.rotateBody },
  changePassphrase: { button: words.change, title: words.changeTitle, body: words.changeBody },
} as const;

interface ButtonProps {
  operation: 'rotateKey' | 'changePassphrase';
  disabled: boolean;
  onStarted: (jobId: number) => void;
}

function ChangeButton({ operation, disabled, onStarted }: ButtonProps) {
  const [opened, { open, close }] = useDisclosure(false);
  const { button, title, body } = texts[operation];
  const change = useOperationMutation(operation, { invalidates: ['getKeyProtection', 'listJobs'] });
  const form = useOperationForm({
    initialValues: empty,
    validate: checkedBy(keyProtectionRoutes[operation], bodyOf, {}, ({ which, again, passphrase }) =>
      which === 'chosen' && again !== passphrase ? { again: words.mismatch } : {},
    ),
  });
  const chosen = form.values.which === 'chosen';
  return (
    <>
      <Button
        variant="default"
        disabled={disabled}
        onClick={open}
        {...(operation === 'rotateKey' ? { leftSection: <IconRefresh size={15} aria-hidden /> } : {})}
      >
        {button}
      </Button>
      <PasswordModal
        opened={opened}
        onClose={close}
        title={title}
        submitLabel={title}
        body={body}
        form={form}
        onSubmit={async (values) => {
          const job = await change.mutateAsync({ body: bodyOf(values) });
          useJobs.getState().put(job);
          onStarted(job.id);
        }}
      >
        <Radio.Group label={words.which} {...form.getInputProps('which')}>
          <Stack gap={6} mt={6}>
            <Radio value="made" label={words.made} description={words.madeHint} />
            <Radio value="chosen" label={words.chosen} />
          </Stack>
        </Radio.Group>
        {chosen && (
          <>
            <PasswordInput
              label={words.passphrase}
              description={words.passphraseHint}
              autoComplete="new-password"
              {...form.getInputProps('passphrase')}
            />
            <PasswordInput label={words.again} autoComplete="new-password" {...form.getInputProps('again')} />
          </>
        )}
      </PasswordModal>
    </>
  );
}
