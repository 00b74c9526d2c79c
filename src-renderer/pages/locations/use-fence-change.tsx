import { Button, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { useOperation } from '../../api/use-operation.ts';
import { DateTimeField } from '../../dates/DateTimeField.tsx';
import { fences } from '../../strings/fences.ts';
import { fenceChange as words } from '../../strings/locations.ts';
import { bodyOf, type Draft, draftOf, fenceOf } from './draft.ts';
import { useHistoryPreview } from './use-history-preview.tsx';

type Answer = 'wrong' | 'changed';

/**
 * Asks what a change of a stored fence means for history: whether the fence was wrong, or has moved, and since when. Shows
 * what would change on demand. `fields` is null while neither fence nor runs are other than what is stored.
 */
export function useFenceChange(location: Location | null, draft: Draft) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [at, setAt] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const { data } = useOperation(
    'listFenceShapes',
    { params: { locationId: location?.id ?? 0 } },
    { enabled: location !== null },
  );
  const body = bodyOf(draft);
  const was = bodyOf(draftOf(location));
  const differs = (...keys: (keyof typeof body)[]) =>
    keys.some((key) => JSON.stringify(body[key]) !== JSON.stringify(was[key]));
  // The point of an outline only shows where it is.
  const isMoved =
    location !== null &&
    fenceOf(draft) !== null &&
    (differs('outline', 'geofenceRadiusM') || (draft.outline === null && differs('position')));
  const isChanged = isMoved || (location !== null && differs('productionRunId', 'productionRunIds'));
  const fenceChangedAt = isMoved && answer === 'changed' ? at : null;
  const { position, geofenceRadiusM, outline, productionRunId, productionRunIds } = body;
  const preview = useHistoryPreview(location?.id ?? 0, {
    position,
    geofenceRadiusM: geofenceRadiusM ?? 0,
    outline: outline ?? null,
    productionRunId,
    productionRunIds,
    fenceChangedAt,
  });
  const isAnswered = !isMoved || answer === 'wrong' || fenceChangedAt !== null;
  const since = data?.items[0]?.from ?? null;
  const choose = (next: string) => {
    setAnswer(next as Answer);
    setMissing(false);
  };
  return {
    /** What is sent beside the fields of the form. */
    also: { fenceChangedAt, finishedRunIds: preview.finishedRunIds },
    /** False, and the question is marked, while it waits for an answer. */
    check() {
      setMissing(!isAnswered);
      return isAnswered;
    },
    fields: isChanged && (
      <Stack gap="xs">
        {isMoved && (
          <Radio.Group
            label={words.question}
            required
            value={answer}
            onChange={choose}
            error={missing && (answer === 'changed' ? words.timeNeeded : words.answerNeeded)}
          >
            <Stack gap={6} mt={6}>
              <Radio size="xs" value="wrong" label={words.wrong} description={words.wrongHint(since)} />
              <Radio size="xs" value="changed" label={words.changed} description={words.changedHint} />
            </Stack>
          </Radio.Group>
        )}
        {isMoved && answer === 'changed' && (
          <DateTimeField
            label={words.at}
            required
            max={new Date().toISOString()}
            min={since ?? undefined}
            value={at}
            onChange={(value) => {
              setAt(value);
              setMissing(false);
            }}
          />
        )}
        <Button
          variant="default"
          size="xs"
          disabled={!isAnswered}
          loading={preview.isPending}
          onClick={preview.ask}
          style={{ alignSelf: 'flex-start' }}
        >
          {fences.previewHistory}
        </Button>
        {preview.outcome}
      </Stack>
    ),
  };
}
