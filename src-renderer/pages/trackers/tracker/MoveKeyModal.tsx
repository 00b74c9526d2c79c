import { Alert, Button, Code, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { SingleKeyChange } from '../../../../src-shared/contract/key-moves.ts';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { TrackerSelect } from '../../../components/TrackerSelect.tsx';
import { common } from '../../../strings/common.ts';
import { mixUp, moveKey as words } from '../../../strings/mix-up.ts';

interface Props {
  tracker: Pick<Tracker, 'id' | 'macAddress'>;
  /** The key that is to be moved. */
  deviceKey: { number: number; hashedAdvertisementKey: string };
  onClose: () => void;
}
type Labelled = Pick<Tracker, 'id' | 'macAddress'>;

/** Moves one of a tracker's keys to another tracker, with what was heard under it. Shows what comes and goes first. */
export function MoveKeyModal({ tracker, deviceKey, onClose }: Props) {
  const [other, setOther] = useState<Labelled | null>(null);
  const [reason, setReason] = useState('');
  const [shown, setShown] = useState<{ of: number; changes: SingleKeyChange[]; keptFrom: string | null } | null>(null);
  const move = useOperationMutation('moveSingleKeys', {
    invalidates: [
      'getTracker',
      'listTrackers',
      'listDeviceKeys',
      'listStatusHistory',
      'listTrackerAudit',
      'listLocationReports',
    ],
  });
  const send = (to: Labelled, dryRun: boolean) =>
    move.mutateAsync({
      body: {
        keys: [{ hashedKey: deviceKey.hashedAdvertisementKey, fromTrackerId: tracker.id, toTrackerId: to.id }],
        reason,
        dryRun,
      },
    });
  const preview = async (to: Labelled) => {
    const { changes, keptFrom } = await send(to, true);
    setShown({ of: to.id, changes, keptFrom });
  };
  const apply = async (to: Labelled) => {
    await send(to, false);
    notifications.show({ message: mixUp.done });
    onClose();
  };
  // What went wrong is shown by the mutation.
  const quietly = (work: (to: Labelled) => Promise<void>) => () => {
    if (other) void work(other).catch(() => undefined);
  };
  const isShown = shown !== null && shown.of === other?.id;
  const ready = other !== null && reason.trim().length >= 3;
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={words.title(deviceKey.number)}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {words.hint}
        </Text>
        <TrackerSelect label={words.to} value={other} exclude={[tracker.id]} onChange={setOther} />
        <Textarea
          label={mixUp.reason}
          required
          maxLength={500}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {isShown && <Changes changes={shown.changes} keptFrom={shown.keptFrom} />}
        {move.isError && <ErrorState error={move.error} title={common.notDone} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button variant="default" disabled={!ready} loading={move.isPending} onClick={quietly(preview)}>
            {mixUp.preview}
          </Button>
          <Button disabled={!ready || !isShown} loading={move.isPending} onClick={quietly(apply)}>
            {words.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Changes({ changes, keptFrom }: { changes: readonly SingleKeyChange[]; keptFrom: string | null }) {
  const labels = changes.filter(({ fitsLabel }) => fitsLabel === false).map(({ tracker }) => labelOf(tracker));
  return (
    <Stack gap="xs" role="status" aria-label={mixUp.changes}>
      {changes.map(({ tracker, ...figures }) => (
        <Text key={tracker.id} size="sm">
          <Code>{labelOf(tracker)}</Code> {words.change(figures)}
        </Text>
      ))}
      {labels.length > 0 && (
        <Alert color="yellow" variant="light">
          {mixUp.fitsNot(labels)}
        </Alert>
      )}
      <Text size="sm">{keptFrom === null ? mixUp.folded : mixUp.foldedFrom(keptFrom.slice(0, 10))}</Text>
    </Stack>
  );
}

const labelOf = ({ id, macAddress }: Labelled) => macAddress ?? `#${id}`;
