import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { KeyMoveChange } from '../../../../src-shared/contract/key-moves.ts';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { TrackerSelect } from '../../../components/TrackerSelect.tsx';
import { formatInstant } from '../../../dates/format.ts';
import { mixUp as words } from '../../../strings/mix-up.ts';
import { labelOf, movesKeys } from './moves-keys.ts';
import { PreviewedChange } from './PreviewedChange.tsx';

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
  const ring = [tracker, ...others.flatMap((other) => other ?? [])];
  const isComplete = others.every((other) => other !== null);
  const move = useOperationMutation('moveDeviceKeys', { invalidates: movesKeys });
  return (
    <PreviewedChange<{ changes: KeyMoveChange[]; keptFrom: string | null }>
      title={words.title}
      hint={words.hint}
      size="lg"
      onClose={onClose}
      of={isComplete && ring.length > 1 ? ring.map(({ id }) => id).join() : null}
      leastReason={3}
      send={(reason, shown) =>
        move.mutateAsync({
          body: {
            moves: ring.map(({ id }, i) => ({
              trackerId: id,
              keysOf: ring[(i + 1) % ring.length]!.id,
              ...(shown ? { firstKey: shown.changes[i]!.firstKey } : {}),
            })),
            reason,
            dryRun: shown === null,
          },
        })
      }
      show={({ changes, keptFrom }) => <Changes changes={changes} keptFrom={keptFrom} />}
      labels={words}
    >
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
    </PreviewedChange>
  );
}

type Labelled = Pick<Tracker, 'id' | 'macAddress'>;

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
