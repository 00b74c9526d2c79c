import { Button, Drawer, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { importResult, type Job } from '../../../src-shared/contract/jobs.ts';
import { useOperation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { ImportProblems, ImportSummary } from '../../components/import/ImportSummary.tsx';
import { JobProgress, useJob } from '../../components/JobProgress.tsx';
import { Time } from '../../components/Time.tsx';
import { isFinished } from '../../stores/jobs.ts';
import { common, jobKindNames } from '../../strings/common.ts';
import { jobsPage as words } from '../../strings/jobs-page.ts';
import { resourcePath } from './resource-path.ts';

/** One job beside the list: progress, what came of it, its problems, and the way to what it worked on. */
export function JobDetail({ jobId, onClose }: { jobId: number | null; onClose: () => void }) {
  return (
    <Drawer
      opened={jobId !== null}
      onClose={onClose}
      position="right"
      size={760}
      title={words.detail}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      {jobId !== null && <Content jobId={jobId} />}
    </Drawer>
  );
}

function Content({ jobId }: { jobId: number }) {
  const asked = useOperation('getJob', { params: { jobId } });
  const job = useJob(jobId, asked.data);
  if (asked.isError && !job) return <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />;
  if (!job) return <Skeleton height={120} />;
  const imported = importResult.safeParse(job.result);
  const path = resourcePath(job);
  return (
    <Stack gap="md">
      <JobProgress jobId={jobId} initial={job} />
      {job.state === 'cancelled' && <Text size="sm">{words.cancelled}</Text>}
      <Facts
        facts={[
          { label: words.kind, value: jobKindNames[job.kind] },
          { label: words.createdBy, value: job.createdBy ?? words.system },
          { label: words.createdAt, value: <Time value={job.createdAt} seconds /> },
          { label: words.started, value: job.startedAt && <Time value={job.startedAt} seconds /> },
          { label: words.finishedAt, value: job.finishedAt && <Time value={job.finishedAt} seconds /> },
        ]}
      />
      {path && (
        <Button component={Link} to={path} variant="default" style={{ alignSelf: 'flex-start' }}>
          {words.show}
        </Button>
      )}
      {isFinished(job) && imported.success && (
        <>
          <ImportSummary result={imported.data} />
          <ImportProblems jobId={job.id} result={imported.data} />
        </>
      )}
      {isFinished(job) && !imported.success && <PlainResult job={job} />}
    </Stack>
  );
}

/** The result of a job that is no import: its plain values by name. */
function PlainResult({ job }: { job: Job }) {
  const facts = Object.entries(job.result ?? {})
    .filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value))
    .map(([key, value]) => ({ label: spaced(key), value: words.values(value) }));
  if (facts.length === 0) return null;
  return (
    <div>
      <Title order={3} mb={4}>
        {words.result}
      </Title>
      <Facts facts={facts} />
    </div>
  );
}

/** `secondsTaken` as `Seconds taken`. */
function spaced(key: string): string {
  const text = key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
