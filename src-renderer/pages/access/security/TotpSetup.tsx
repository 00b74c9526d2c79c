import { Button, Code, Group, Modal, PasswordInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { OperationOutput } from '../../../api/client.ts';
import { downloadText } from '../../../api/download.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { applyFieldErrors, useOperationForm } from '../../../components/FormModal.tsx';
import { CopyIcon } from '../../../components/MacAddress.tsx';
import { common } from '../../../strings/common.ts';
import { security } from '../../../strings/security.ts';

const words = security.totp;

/** Three steps: the password, the app with a code of it, the recovery codes. */
export function TotpSetup({ onClose }: { onClose: () => void }) {
  const [enrolment, setEnrolment] = useState<OperationOutput<'beginTotp'> | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  // Once there are codes, a click beside the dialog must not lose them.
  const keep = codes !== null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={keep ? words.codesTitle : words.setupTitle}
      closeOnClickOutside={!keep}
      closeOnEscape={!keep}
      withCloseButton={!keep}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={onClose} />
      ) : enrolment ? (
        <ConfirmApp enrolment={enrolment} onCodes={setCodes} />
      ) : (
        <AskPassword onBegun={setEnrolment} />
      )}
    </Modal>
  );
}

function AskPassword({ onBegun }: { onBegun: (enrolment: OperationOutput<'beginTotp'>) => void }) {
  const begin = useOperationMutation('beginTotp', { onSuccess: onBegun });
  const form = useOperationForm({ initialValues: { currentPassword: '' } });
  const [failure, setFailure] = useState<unknown>(null);
  const submit = (body: { currentPassword: string }) =>
    begin.mutate({ body }, { onError: (error) => setFailure(applyFieldErrors(form, error) ? null : error) });
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="sm">
        <PasswordInput
          label={words.askPassword}
          autoComplete="current-password"
          required
          data-autofocus
          {...form.getInputProps('currentPassword')}
        />
        {failure !== null && <ErrorState error={failure} title={common.notDone} />}
        <Group justify="flex-end">
          <Button type="submit" loading={begin.isPending}>
            {words.next}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ConfirmApp(props: { enrolment: OperationOutput<'beginTotp'>; onCodes: (codes: string[]) => void }) {
  const { secret, qrSvg } = props.enrolment;
  const confirm = useOperationMutation('confirmTotp', {
    invalidates: ['getTotp', 'listUsers'],
    onSuccess: ({ recoveryCodes }) => props.onCodes(recoveryCodes),
  });
  const form = useOperationForm({ initialValues: { code: '' } });
  const [failure, setFailure] = useState<unknown>(null);
  const submit = (body: { code: string }) =>
    confirm.mutate({ body }, { onError: (error) => setFailure(applyFieldErrors(form, error) ? null : error) });
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="sm">
        <Text size="sm">{words.scan}</Text>
        <img
          src={`data:image/svg+xml;utf8,${encodeURIComponent(qrSvg)}`}
          alt={words.qr}
          width={208}
          height={208}
          style={{ alignSelf: 'center', borderRadius: 6 }}
        />
        <Text size="sm" ta="center" style={{ overflowWrap: 'anywhere' }}>
          {words.key}: <Code>{secret.match(/.{1,4}/g)?.join(' ')}</Code> <CopyIcon value={secret} />
        </Text>
        <TextInput
          label={words.code}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          autoFocus
          maxLength={7}
          {...form.getInputProps('code')}
        />
        {failure !== null && <ErrorState error={failure} title={common.notDone} />}
        <Group justify="flex-end">
          <Button type="submit" loading={confirm.isPending}>
            {words.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <Stack gap="sm">
      <Text size="sm">{words.codes}</Text>
      <SimpleGrid cols={2} spacing={6} verticalSpacing={6}>
        {codes.map((code) => (
          <Code key={code} ta="center" py={4}>
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group justify="space-between">
        <Button variant="default" onClick={() => downloadText(`${codes.join('\n')}\n`, words.fileName)}>
          {words.save}
        </Button>
        <Button onClick={onDone}>{words.done}</Button>
      </Group>
    </Stack>
  );
}
