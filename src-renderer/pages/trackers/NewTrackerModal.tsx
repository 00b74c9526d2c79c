import { Button, Code, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { call, type OperationInput, type OperationOutput } from '../../api/client.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { applyFieldErrors, FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { trackers } from '../../strings/trackers.ts';

const { byHand: words, columns: names } = trackers;

/** Adds one tracker: with its private key, which is sealed and never shown again, or with the public key only. */
export function NewTrackerModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const [known, setKnown] = useState<'private' | 'public'>('private');
  const [trial, setTrial] = useState<OperationOutput<'createTracker'> | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const form = useOperationForm({
    initialValues: {
      productionRunId: null as number | null,
      privateKey: '',
      advertisementKey: '',
      macAddress: '',
      serialNumber: '',
      reason: '',
    },
    onValuesChange: () => setTrial(null),
  });
  const bodyOf = (
    values: typeof form.values,
    dryRun: boolean,
  ): NonNullable<OperationInput<'createTracker'>['body']> => ({
    productionRunId: values.productionRunId,
    ...(known === 'private' ? { privateKey: values.privateKey } : { advertisementKey: values.advertisementKey }),
    macAddress: values.macAddress.trim() || null,
    serialNumber: values.serialNumber.trim() || null,
    reason: values.reason,
    dryRun,
  });
  const check = async () => {
    setFailure(null);
    try {
      setTrial(await call('createTracker', { body: bodyOf(form.getValues(), true) }));
    } catch (error) {
      if (!applyFieldErrors(form, error)) setFailure(error);
    }
  };
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.title}
      form={form}
      submitLabel={words.submit}
      onSubmit={async (values) => {
        const made = await call('createTracker', { body: bodyOf(values, false) });
        invalidateOperations(['listTrackers', 'countTrackers']);
        if (made.trackerId !== null) await navigate(`/trackers/${made.trackerId}`);
      }}
    >
      <ReferenceSelect
        kind="productionRun"
        label={names.productionRun}
        clearable
        value={form.values.productionRunId}
        onChange={(id) => form.setFieldValue('productionRunId', id)}
        error={form.errors.productionRunId}
      />
      <SegmentedControl
        aria-label={words.known}
        value={known}
        onChange={(value) => setKnown(value as typeof known)}
        data={[
          { value: 'private', label: words.privateKey },
          { value: 'public', label: words.publicOnly },
        ]}
      />
      {known === 'private' ? (
        <PasswordInput
          required
          label={words.privateKey}
          description={words.privateHint}
          autoComplete="off"
          {...form.getInputProps('privateKey')}
        />
      ) : (
        <TextInput
          required
          label={words.advertisementKey}
          description={words.publicHint}
          {...form.getInputProps('advertisementKey')}
        />
      )}
      <TextInput label={names.mac} maxLength={100} {...form.getInputProps('macAddress')} />
      <TextInput label={names.serial} maxLength={100} {...form.getInputProps('serialNumber')} />
      <TextInput required minLength={3} maxLength={500} label={words.reason} {...form.getInputProps('reason')} />
      <Button variant="default" onClick={() => void check()}>
        {words.check}
      </Button>
      {failure !== null && <ErrorState error={failure} />}
      {trial && (
        <Stack gap={4} role="status">
          <Text size="sm">{words.would(trial.hasPrivateKey)}</Text>
          <Code block>{trial.advertisementKey}</Code>
          {trial.sharesAddressWith !== null && <Text size="sm">{words.shares(trial.sharesAddressWith)}</Text>}
          <Text size="sm">{words.address(trial.broadcastAddress, trial.macAddress)}</Text>
        </Stack>
      )}
    </FormModal>
  );
}
