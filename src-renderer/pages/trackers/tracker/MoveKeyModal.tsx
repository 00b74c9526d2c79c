import { Alert, Code, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { SingleKeyChange } from '../../../../src-shared/contract/key-moves.ts';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { TrackerSelect } from '../../../components/TrackerSelect.tsx';
import { formatInstant } from '../../../dates/format.ts';
import { mixUp, moveKey as words } from '../../../strings/mix-up.ts';
import { labelOf, movesKeys } from './moves-keys.ts';
import { PreviewedChange } from './PreviewedChange.tsx';

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
  const move = useOperationMutation('moveSingleKeys', { invalidates: movesKeys });
  return (
    <PreviewedChange<{ changes: SingleKeyChange[]; keptFrom: string | null }>
      title={words.title(deviceKey.number)}
      hint={words.hint}
      size="lg"
      onClose={onClose}
      of={other && String(other.id)}
      leastReason={3}
      send={(reason, shown) =>
        move.mutateAsync({
          body: {
            keys: [
              {
                hashedKey: deviceKey.hashedAdvertisementKey,
                fromTrackerId: tracker.id,
                toTrackerId: other?.id ?? 0,
              },
            ],
            reason,
            dryRun: shown === null,
          },
        })
      }
      show={({ changes, keptFrom }) => <Changes changes={changes} keptFrom={keptFrom} />}
      labels={{ ...mixUp, apply: words.apply }}
    >
      <TrackerSelect label={words.to} value={other} exclude={[tracker.id]} onChange={setOther} />
    </PreviewedChange>
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
      <Text size="sm">{keptFrom === null ? mixUp.folded : mixUp.foldedFrom(formatInstant(keptFrom))}</Text>
    </Stack>
  );
}
