import { Alert, Button, Code, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { KeyMoveChange } from '../../../../src-shared/contract/key-moves.ts';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { TrackerSelect } from '../../../components/TrackerSelect.tsx';
import { formatInstant } from '../../../dates/format.ts';
import { common } from '../../../strings/common.ts';
import { mixUp as words } from '../../../strings/mix-up.ts';

/** Others whose devices may be mixed up with this one; more come in a corrected file. */
const MOST_OTHERS = 9;

interface Props {
  tracker: Pick<Tracker, 'id' | 'macAddress'>;
  onClose: () => void;
}

/**
 * Puts right devices that carry one another's labels: each tracker of the ring gets the keys of the next. Shows what
 * comes and goes first.
 */
export function MixUpModal({ tracker, onClose }: Props) {
  const [others, setOthers] = useState<(Labelled | null)[]>([null]);
  const [reason, setReason] = useState('');
  const [shown, setShown] = useState<{ of: string; changes: KeyMoveChange[]; keptFrom: string | null } | null>(null);
  const ring = [tracker, ...others.flatMap((other) => other ?? [])];
  const isComplete = others.every((other) => other !== null);
  const [of] = useDebouncedValue(ring.map(({ id }) => id).join(), 0);
  const move = useOperationMutation('moveDeviceKeys', {
    invalidates: [
      'getTracker',
      'listTrackers',
      'listDeviceKeys',
      'listStatusHistory',
      'listTrackerAudit',
      'listLocationReports',
    ],
  });
  const send = (dryRun: boolean) =>
    move.mutateAsync({
      body: {
        moves: ring.map(({ id }, i) => ({
          trackerId: id,
          keysOf: ring[(i + 1) % ring.length]!.id,
          ...(dryRun || !shown ? {} : { firstKey: shown.changes[i]!.firstKey }),
        })),
        reason,
        dryRun,
      },
    });
  const preview = async () => {
    const { changes, keptFrom } = await send(true);
    setShown({ of, changes, keptFrom });
  };
  const apply = async () => {
    await send(false);
    notifications.show({ message: words.done });
    onClose();
  };
  // What went wrong is shown by the mutation.
  const quietly = (work: () => Promise<void>) => () => void work().catch(() => undefined);
  const isShown = shown !== null && shown.of === of;
  const ready = isComplete && ring.length > 1 && reason.trim().length >= 3;
  return (
    <Modal opened size="lg" onClose={onClose} title={words.title} closeButtonProps={{ 'aria-label': common.close }}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {words.hint}
        </Text>
        {others.map((other, i) => (
          <TrackerSelect
            // biome-ignore lint/suspicious/noArrayIndexKey: a place in the ring is what it is
            key={i}
            label={words.isIn(labelOf(i === 0 ? tracker : others[i - 1]))}
            value={other}
            exclude={ring.filter(({ id }) => id !== other?.id).map(({ id }) => id)}
            onChange={(next) => setOthers(others.map((one, n) => (n === i ? next : one)))}
          />
        ))}
        {isComplete && <Text size="sm">{words.last(labelOf(ring.at(-1)), labelOf(tracker))}</Text>}
        {isComplete && others.length < MOST_OTHERS && (
          <Button
            variant="subtle"
            size="compact-sm"
            style={{ alignSelf: 'flex-start' }}
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setOthers([...others, null])}
          >
            {words.another}
          </Button>
        )}
        <Textarea
          label={words.reason}
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
            {words.preview}
          </Button>
          <Button disabled={!ready || !isShown} loading={move.isPending} onClick={quietly(apply)}>
            {words.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

type Labelled = Pick<Tracker, 'id' | 'macAddress'>;
const labelOf = (tracker: Labelled | null | undefined) => (tracker ? (tracker.macAddress ?? `#${tracker.id}`) : '');

function Changes({ changes, keptFrom }: { changes: readonly KeyMoveChange[]; keptFrom: string | null }) {
  return (
    <Stack gap="xs" role="status" aria-label={words.changes}>
      {changes.map(({ tracker, keysOf, ...figures }) => (
        <div key={tracker.id}>
          <Text size="sm">
            <Code>{labelOf(tracker)}</Code> {words.gets} <Code>{labelOf(keysOf)}</Code>
          </Text>
          <Text size="sm">{words.comeAndGo(figures)}</Text>
        </div>
      ))}
      {changes.some(({ fitsLabel }) => fitsLabel === false) && (
        <Alert color="yellow" variant="light">
          {words.fitsNot(changes.filter(({ fitsLabel }) => fitsLabel === false).map(({ tracker }) => labelOf(tracker)))}
        </Alert>
      )}
      <Text size="sm">{keptFrom === null ? words.folded : words.foldedFrom(formatInstant(keptFrom))}</Text>
    </Stack>
  );
}
