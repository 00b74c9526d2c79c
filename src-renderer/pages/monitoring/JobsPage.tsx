import { Anchor, Button, Group, Progress, Select, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { type Job, jobKinds, jobStates } from '../../../src-shared/contract/jobs.ts';
import { usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page } from '../../components/Page.tsx';
import { Time } from '../../components/Time.tsx';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { isFinished, useJobs } from '../../stores/jobs.ts';
import { common, jobKindNames, jobStateNames } from '../../strings/common.ts';
import { duration } from '../../strings/format.ts';
import { jobs as progressWords } from '../../strings/jobs.ts';
import { jobsPage as words } from '../../strings/jobs-page.ts';
import { JobDetail } from './JobDetail.tsx';
import { JobStateBadge } from './JobStateBadge.tsx';

/** All jobs, newest first; those under way move as their events arrive. */
export default function JobsPage() {
  const filters = useUrlFilters(['state', 'kind', 'job'], ['job']);
  const { values, set } = filters;
  const state = jobStates.find((each) => each === values.state);
  const kind = jobKinds.find((each) => each === values.kind);
  const pages = usePages('listJobs', { query: { ...(state ? { state } : {}), ...(kind ? { kind } : {}) } });

  const columns: Column<Job>[] = [
    {
      id: 'job',
      header: words.job,
      width: 200,
      fixed: true,
      cell: (job) => (
        <Anchor
          component="button"
          type="button"
          size="sm"
          aria-label={words.open(job.label)}
          onClick={() => set({ job: job.id })}
        >
          {job.label}
        </Anchor>
      ),
    },
    { id: 'kind', header: words.kind, width: 190, cell: (job) => jobKindNames[job.kind] },
    { id: 'state', header: words.state, width: 130, cell: (job) => <LiveState job={job} /> },
    { id: 'progress', header: words.progress, width: 300, cell: (job) => <LiveProgress job={job} /> },
    { id: 'by', header: words.createdBy, width: 130, cell: (job) => job.createdBy ?? words.system },
    { id: 'at', header: words.createdAt, width: 110, cell: (job) => <Time value={job.createdAt} relative /> },
    {
      id: 'took',
      header: words.took,
      width: 90,
      align: 'right',
      cell: ({ startedAt, finishedAt }) =>
        startedAt && finishedAt ? duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000) : '',
    },
  ];

  return (
    <Page fill title={words.title} description={words.description}>
      <Group gap="xs">
        <Select
          aria-label={words.state}
          placeholder={words.anyState}
          clearable
          w={150}
          data={jobStates.map((each) => ({ value: each, label: jobStateNames[each] }))}
          value={state ?? null}
          onChange={(next) => set({ state: next })}
        />
        <Select
          aria-label={words.kind}
          placeholder={words.anyKind}
          clearable
          w={220}
          data={jobKinds.map((each) => ({ value: each, label: jobKindNames[each] }))}
          value={kind ?? null}
          onChange={(next) => set({ kind: next })}
        />
      </Group>
      <DataTable
        fill
        name="jobs"
        label={words.table}
        columns={columns}
        pages={pages}
        rowKey={(job) => job.id}
        onOpen={(job) => set({ job: job.id })}
        empty={
          filters.active ? (
            <EmptyState title={common.nothingMatches} description={common.nothingMatchesHint}>
              <Button variant="default" onClick={filters.clear}>
                {common.clearFilters}
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon={IconListCheck} title={words.empty} description={words.emptyHint} />
          )
        }
      />
      <JobDetail jobId={idOf(values.job) ?? null} onClose={() => set({ job: null })} />
    </Page>
  );
}

/** The job as the event stream knows it, where it does. */
const useLive = (job: Job): Job => useJobs((store) => store.jobs[job.id]) ?? job;

function LiveState({ job }: { job: Job }) {
  return <JobStateBadge state={useLive(job).state} />;
}

function LiveProgress({ job }: { job: Job }) {
  const live = useLive(job);
  const { done, total } = live.progress;
  if (live.error) return <span title={live.error.message}>{live.error.message}</span>;
  const text = progressWords.progress(live.progress);
  if (isFinished(live)) return <>{text}</>;
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress w={70} value={total ? (100 * done) / total : 100} animated aria-label={live.label} />
      <Text size="xs" truncate>
        {text}
      </Text>
    </Group>
  );
}
