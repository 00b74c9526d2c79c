import { Button, Group, NumberInput, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCircleCheck, IconCircleDashed, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useState } from 'react';
import { type FencePreviewResult, fencePreviewResult } from '../../../src-shared/contract/fences.ts';
import type { Location } from '../../../src-shared/contract/locations.ts';
import { invalidateOperations } from '../../api/invalidate.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { JobProgress, useJob } from '../../components/JobProgress.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { fences as words } from '../../strings/fences.ts';
import { HistoryExamples } from './HistoryExamples.tsx';
import { locationApi, locationReads } from './operations.ts';

/** Of the verdicts on a fence. */
export const fenceIcons = {
  fits: IconCircleCheck,
  larger: IconZoomIn,
  smaller: IconZoomOut,
  'too-few': IconCircleDashed,
};

/** What the reports near a location say of its fence, what another radius would change, and the way to apply it. */
export function FenceSuggestion({ location }: { location: Location }) {
  const { data, isError, error } = useOperation('getFenceSuggestion', { params: { locationId: location.id } });
  const mayPreview = useCan('previewFenceHistory');
  const [tried, setTried] = useState<number | string>('');
  const [jobId, setJobId] = useState<number | null>(null);
  const preview = useOperationMutation('previewFenceHistory', { onSuccess: (job) => setJobId(job.id) });
  const job = useJob(jobId);
  if (isError) return <ErrorState error={error} />;
  if (!data) return null;
  const radius = Number(tried === '' ? (data.suggestedRadiusM ?? data.currentRadiusM) : tried);
  const result = job?.state === 'succeeded' ? fencePreviewResult.safeParse(job.result).data : undefined;
  const apply = async () => {
    await locationApi.update(location, { geofenceRadiusM: radius });
    invalidateOperations([...locationReads, 'getFenceSuggestion']);
    notifications.show({ message: words.applied(radius) });
    setJobId(null);
    setTried('');
  };
  return (
    <Stack gap={6} mt="sm">
      <Title order={3}>{words.title}</Title>
      <Group gap="xs">
        <StateBadge
          tone={data.verdict === 'fits' ? 'good' : data.verdict === 'too-few' ? 'quiet' : 'warn'}
          icon={fenceIcons[data.verdict]}
          label={words.words[data.verdict]}
        />
        <Text size="sm">{words.verdicts[data.verdict]}</Text>
      </Group>
      {data.suggestedRadiusM !== null && (
        <Text size="sm">{words.radius(data.currentRadiusM, data.suggestedRadiusM)}</Text>
      )}
      {data.reports > 0 && (
        <Text size="xs" c="dimmed">
          {words.seen(data)}. {words.figures(data)}
          {data.roomM === null ? '.' : `; ${words.room(data.roomM)}.`}
        </Text>
      )}
      {mayPreview && (
        <Group gap="xs" align="flex-end">
          <NumberInput label={words.tryRadius} w={140} min={5} max={50_000} value={radius} onChange={setTried} />
          <Button
            variant="default"
            loading={preview.isPending}
            onClick={() => preview.mutate({ params: { locationId: location.id }, body: { geofenceRadiusM: radius } })}
          >
            {words.preview}
          </Button>
          <Button disabled={radius === data.currentRadiusM || !(radius >= 5)} onClick={() => void apply()}>
            {words.apply}
          </Button>
        </Group>
      )}
      {preview.isError && <ErrorState error={preview.error} />}
      {jobId !== null && !result && <JobProgress jobId={jobId} />}
      {result && <Outcome result={result} />}
    </Stack>
  );
}

function Outcome({ result }: { result: FencePreviewResult }) {
  return (
    <Stack gap={4} role="status">
      <Text size="sm">{words.result(result)}</Text>
      <HistoryExamples examples={result.examples} />
    </Stack>
  );
}
