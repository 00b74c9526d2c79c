import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { fencePreviewResult } from '../../../src-shared/contract/fences.ts';
import type { OperationInput } from '../../api/client.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { JobProgress, useJob } from '../../components/JobProgress.tsx';
import { fences as words } from '../../strings/fences.ts';
import { FinishedRuns } from './FinishedRuns.tsx';
import { HistoryExamples } from './HistoryExamples.tsx';

type Body = NonNullable<OperationInput<'previewFenceHistory'>['body']>;

/**
 * What another fence would do to history: `ask` has it worked out, `outcome` shows it until the fence is another, with the
 * finished runs to choose from. `finishedRunIds` are those that were chosen.
 */
export function useHistoryPreview(locationId: number, body: Body) {
  const [jobId, setJobId] = useState<number | null>(null);
  const [askedFor, setAskedFor] = useState('');
  const [runs, setRuns] = useState<string[]>([]);
  const preview = useOperationMutation('previewFenceHistory', { onSuccess: (job) => setJobId(job.id) });
  const job = useJob(jobId);
  const isAsked = askedFor === JSON.stringify(body);
  const result = isAsked && job?.state === 'succeeded' ? fencePreviewResult.safeParse(job.result).data : undefined;
  return {
    isPending: preview.isPending,
    ask() {
      setJobId(null);
      setRuns([]);
      setAskedFor(JSON.stringify(body));
      preview.mutate({ params: { locationId }, body });
    },
    finishedRunIds: result ? runs.map(Number) : [],
    outcome: isAsked && (
      <>
        {preview.isError && <ErrorState error={preview.error} />}
        {jobId !== null && !result && <JobProgress jobId={jobId} />}
        {result && (
          <Stack gap={4} role="status">
            <Text size="sm">{words.result(result)}</Text>
            <HistoryExamples examples={result.examples} />
            <FinishedRuns runs={result.finishedRuns} value={runs} onChange={setRuns} />
          </Stack>
        )}
      </>
    ),
  };
}
