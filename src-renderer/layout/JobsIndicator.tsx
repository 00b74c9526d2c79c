import { ActionIcon, Anchor, Popover, RingProgress, Stack, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useCan, useRole } from '../api/session.ts';
import { JobProgress } from '../components/JobProgress.tsx';
import { isFinished, useJobs } from '../stores/jobs.ts';
import { layout } from '../strings/layout.ts';

/** Long work at a glance: how far all running jobs are together, and each of them in a pop-over. */
export function JobsIndicator() {
  const allowed = useCan('listJobs');
  const role = useRole();
  const jobs = useJobs((state) => state.jobs);
  if (!allowed || role === 'warehouse') return null;
  const all = Object.values(jobs).sort((a, b) => b.id - a.id);
  const running = all.filter((job) => !isFinished(job));
  const done = running.reduce((sum, job) => sum + share(job.progress), 0) / Math.max(1, running.length);
  const label = running.length > 0 ? layout.jobs.running(running.length) : layout.jobs.none;
  return (
    <Popover width={340} position="bottom-end" shadow="md" withArrow trapFocus>
      <Popover.Target>
        <ActionIcon aria-label={label} title={label} size="lg">
          {running.length > 0 ? (
            <RingProgress
              size={30}
              thickness={3}
              sections={[{ value: done * 100, color: 'iris' }]}
              rootColor="var(--line)"
            />
          ) : (
            <IconListCheck size={18} />
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {all.length === 0 && <Text size="sm">{layout.jobs.none}</Text>}
          {all.slice(0, 5).map((job) => (
            <JobProgress key={job.id} jobId={job.id} initial={job} compact />
          ))}
          <Anchor component={Link} to="/jobs" size="sm">
            {layout.jobs.all}
          </Anchor>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const share = (progress: { done: number; total: number | null }): number =>
  progress.total ? Math.min(1, progress.done / progress.total) : 0;
