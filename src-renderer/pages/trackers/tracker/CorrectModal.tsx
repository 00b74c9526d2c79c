import { Anchor, Code, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { Link } from 'react-router';
import type { Correction } from '../../../../src-shared/contract/tracker-correction.ts';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { sentenceOf } from '../../../components/ErrorState.tsx';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { trackers } from '../../../strings/trackers.ts';

const { correct: words, columns: names } = trackers;
const WAIT_MS = 300;

interface Props {
  tracker: Tracker;
  opened: boolean;
  onClose: () => void;
  /** The label is right and the device is another. */
  onMixUp: () => void;
}

/** Corrects a mistyped MAC address or serial number; shows first what that changes. */
export function CorrectModal({ tracker, opened, onClose, onMixUp }: Props) {
  const before = { macAddress: tracker.macAddress ?? '', serialNumber: tracker.serialNumber ?? '' };
  const form = useOperationForm({ initialValues: { ...before, reason: '' } });
  const [typed] = useDebouncedValue(form.values, WAIT_MS);
  const query = {
    ...(typed.macAddress.trim() !== before.macAddress ? { macAddress: typed.macAddress.trim() } : {}),
    ...(typed.serialNumber.trim() !== before.serialNumber && typed.serialNumber.trim() !== ''
      ? { serialNumber: typed.serialNumber.trim() }
      : {}),
  };
  const preview = useOperation(
    'previewTrackerCorrection',
    { params: { trackerId: tracker.id }, query },
    { enabled: opened && Object.keys(query).length > 0, retry: false },
  );
  const save = useOperationMutation('correctTracker', {
    invalidates: ['getTracker', 'listTrackers', 'listTrackerAudit', 'listAllocations'],
    onSuccess: () => notifications.show({ message: words.done }),
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.title}
      form={form}
      submitLabel={words.submit}
      onSubmit={({ macAddress, serialNumber, reason }) =>
        save.mutateAsync({
          params: { trackerId: tracker.id },
          body: {
            ...(macAddress.trim() === before.macAddress ? {} : { macAddress: macAddress.trim() }),
            ...(serialNumber.trim() === before.serialNumber ? {} : { serialNumber: serialNumber.trim() || null }),
            reason,
          },
        })
      }
    >
      <Text size="sm" c="dimmed">
        {words.hint}{' '}
        <Anchor component="button" type="button" size="sm" onClick={onMixUp}>
          {words.mixUp}
        </Anchor>
      </Text>
      <TextInput
        label={names.mac}
        maxLength={100}
        disabled={tracker.macAddress === null}
        {...form.getInputProps('macAddress')}
      />
      <TextInput label={names.serial} maxLength={100} {...form.getInputProps('serialNumber')} />
      <TextInput required minLength={3} maxLength={500} label={words.reason} {...form.getInputProps('reason')} />
      {preview.isError && (
        <Text size="sm" role="status" c="var(--attention)">
          {sentenceOf(preview.error)}
        </Text>
      )}
      {preview.data && Object.keys(query).length > 0 && <Changes correction={preview.data} />}
    </FormModal>
  );
}

function Changes({ correction: { macAddress, serialNumber, fitsItsKeys, customerOrder } }: { correction: Correction }) {
  return (
    <Stack gap={4} role="status">
      {[macAddress, serialNumber].map(
        (change) =>
          change && (
            <Text size="sm" key={change.to}>
              <Code>{change.from ?? words.nothing}</Code> → <Code>{change.to ?? words.nothing}</Code>
            </Text>
          ),
      )}
      {macAddress && <Text size="sm">{words.former}</Text>}
      {fitsItsKeys !== null && <Text size="sm">{fitsItsKeys ? words.fits : words.fitsNot}</Text>}
      {customerOrder && (
        <Text size="sm">
          {words.printed}{' '}
          <Anchor component={Link} size="sm" to={`/orders/${customerOrder.id}/labels`}>
            {customerOrder.number}
          </Anchor>
        </Text>
      )}
    </Stack>
  );
}
