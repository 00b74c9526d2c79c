import { Anchor, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { keyJobKinds, mayCancel } from '../../src-shared/contract/job-kinds.ts';
import type { Job } from '../../src-shared/contract/jobs.ts';
import { useCan, useSession } from '../api/session.ts';
import { useOperation, useOperationMutation } from '../api/use-operation.ts';
import { useConnection } from '../stores/connection.ts';
import { isFinished, useJobs } from '../stores/jobs.ts';
import { jobStateNames } from '../strings/common.ts';
import { jobs as words } from '../strings/jobs.ts';

/** A job as it is now: from the event stream, and from the API while the stream is down. */
export function useJob(jobId: number | null, initial?: Job): Job | undefined {
  const live = useJobs((state) => (jobId === null ? undefined : state.jobs[jobId]));
  const offline = useConnection((state) => state.state !== 'online');
  const { data } = useOperation(
    'getJob',
    { params: { jobId: jobId ?? 0 } },
    {
      enabled: jobId !== null && !(live && isFinished(live)),
      refetchInterval: offline ? 2_000 : false,
      ...(initial ? { initialData: initial } : {}),
    },
  );
  useEffect(() => {
    if (data) useJobs.getState().put(data);
  }, [data]);
  return live ?? data;
}

interface Props {
  jobId: number;
  initial?: Job;
  /** In a pop-over: no cancel button. */
  compact?: boolean;
}

const stateColors = { queued: 'gray', running: 'iris', succeeded: 'teal', failed: 'red', cancelled: 'gray' } as const;

/** Live progress of a job: what is done, how fast, how long still, and a way to stop it. */
export function JobProgress({ jobId, initial, compact = false }: Props) {
  const job = useJob(jobId, initial);
  const cancel = useOperationMutation('cancelJob', {
    invalidates: ['listJobs'],
    onSuccess: (updated) => useJobs.getState().put(updated),
  });
  const { user } = useSession();
  if (!job) return null;
  const { progress, state } = job;
  const done = isFinished(job);
  const percent =
    state === 'succeeded' ? 100 : progress.total ? (100 * progress.done) / progress.total : done ? 0 : 100;
  const label = `${job.label}: ${jobStateNames[state]}`;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={500} truncate>
          {job.label}
        </Text>
        <Text size="xs" c="dimmed">
          {jobStateNames[state]}
        </Text>
      </Group>
      <Progress
        value={percent}
        color={stateColors[state]}
        animated={state === 'running'}
        striped={state === 'running' && progress.total === null}
        aria-label={label}
        size="sm"
      />
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          {words.progress(progress)}
        </Text>
        {!done && !compact && mayCancel(job, user) && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            loading={cancel.isPending || job.cancelRequested}
            onClick={() => cancel.mutate({ params: { jobId } })}
          >
            {words.stop}
          </Button>
        )}
      </Group>
      {state === 'queued' && keyJobKinds.includes(job.kind) && <WaitsForKeys />}
      {job.error && (
        <Text size="sm" c="var(--attention)">
          {job.error.message}
        </Text>
      )}
    </Stack>
  );
}

/** Why a job that needs the keys has not begun; another console that holds them may still take it. */
function WaitsForKeys() {
  const about = useOperation('getAbout', {}, { staleTime: 5_000 });
  const maySee = useCan('getKeyProtection');
  const state = about.data?.keyState ?? 'ready';
  if (state === 'ready') return null;
  return (
    <Text size="sm" c="var(--attention)">
      {words.waits[state]}{' '}
      {maySee && (
        <Anchor component={Link} to="/key-protection" size="sm">
          {words.unlock}
        </Anchor>
      )}
    </Text>
  );
}
