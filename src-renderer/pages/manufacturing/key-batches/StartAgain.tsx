import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { KeyBatch } from '../../../../src-shared/contract/key-batches.ts';
import { useCan } from '../../../api/session.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { useJob } from '../../../components/JobProgress.tsx';
import { useJobs } from '../../../stores/jobs.ts';
import { keyBatches } from '../../../strings/key-batches.ts';

const { again: words } = keyBatches;

/** For a batch whose generation was stopped: what it has, why it ended, and a way to make the rest. */
export function StartAgain({ batch }: { batch: KeyBatch }) {
  const mayStart = useCan('restartKeyBatch');
  const job = useJob(batch.jobId);
  const start = useOperationMutation('restartKeyBatch', {
    invalidates: ['getKeyBatch', 'listKeyBatches', 'listJobs'],
    onSuccess: (made) => useJobs.getState().put(made),
  });
  const { generated, requested } = batch.counts;
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" gap="md">
        <Stack gap={2}>
          <Text fw={500}>{words.title(generated, requested)}</Text>
          <Text size="sm" c="dimmed">
            {job?.error?.message ?? words.hint}
          </Text>
        </Stack>
        {mayStart && (
          <Button
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            loading={start.isPending}
            onClick={() => start.mutate({ params: { keyBatchId: batch.id } })}
          >
            {words.button}
          </Button>
        )}
      </Group>
      {start.isError && <ErrorState error={start.error} />}
    </Paper>
  );
}
