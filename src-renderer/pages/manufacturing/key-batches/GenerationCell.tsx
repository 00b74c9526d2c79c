import { Group, Progress, Text } from '@mantine/core';
import type { KeyBatch } from '../../../../src-shared/contract/key-batches.ts';
import { useJobs } from '../../../stores/jobs.ts';
import { count } from '../../../strings/format.ts';

/** How many trackers have their keys; while they are made, how far that is, live from the job's events. */
export function GenerationCell({ batch }: { batch: KeyBatch }) {
  const job = useJobs((state) => (batch.jobId === null ? undefined : state.jobs[batch.jobId]));
  if (batch.state !== 'generating') return <>{count(batch.counts.generated)}</>;
  const done = Math.max(batch.counts.generated, Math.floor((job?.progress.done ?? 0) / batch.keysPerDevice));
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <Progress value={(100 * done) / batch.counts.requested} w={70} animated aria-label={batch.label} />
      <Text size="xs" miw={52} ta="right">
        {count(done)}
      </Text>
    </Group>
  );
}
