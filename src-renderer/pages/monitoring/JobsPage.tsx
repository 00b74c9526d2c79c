import { Anchor, Group, Progress, Select, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { jobKinds } from '../../../src-shared/contract/job-kinds.ts';
import { type Job, jobSorts, jobStates } from '../../../src-shared/contract/jobs.ts';
import { usePages } from '../../api/use-operation.ts';
import type { Column } from '../../components/DataTable.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { Time } from '../../components/Time.tsx';
import { useSorting } from '../../hooks/use-sorting.ts';
import { idOf, useUrlFilters } from '../../hooks/use-url-filters.ts';
import { isFinished, useJobs } from '../../stores/jobs.ts';
import { jobKindNames, jobStateNames } from '../../strings/common.ts';
import { duration } from '../../strings/format.ts';
import { jobs as progressWords } from '../../strings/jobs.ts';
import { jobsPage as words } from '../../strings/jobs-page.ts';
import { JobDetail } from './JobDetail.tsx';
import { JobStateBadge } from './JobStateBadge.tsx';

/** All jobs, newest first; those under way move as their events arrive. */
export default function JobsPage() {
  const filters = useUrlFilters(['state', 'kind', 'job', 'sort'], ['job', 'sort']);
  const { values, set } = filters;
  const state = jobStates.find((each) => each === values.state);
  const kind = jobKinds.find((each) => each === values.kind);
  const sorting = useSorting(filters, jobSorts, '-createdAt');
  const pages = usePages('listJobs', {
    query: { ...(state ? { state } : {}), ...(kind ? { kind } : {}), sort: sorting.sort },
  });

  const columns: Column<Job>[] = [
    {
      id: 'job',
      header: words.job,
      sort: 'label',
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
    { id: 'kind', header: words.kind, sort: 'kind', width: 190, cell: (job) => jobKindNames[job.kind] },
    { id: 'state', header: words.state, fact: true, sort: 'state', width: 130, cell: (job) => <LiveState job={job} /> },
    { id: 'progress', header: words.progress, fact: true, width: 300, cell: (job) => <LiveProgress job={job} /> },
    { id: 'by', header: words.createdBy, sort: 'createdBy', width: 130, cell: (job) => job.createdBy ?? words.system },
    {
      id: 'at',
      header: words.createdAt,
      fact: true,
      sort: 'createdAt',
      width: 110,
      cell: (job) => <Time value={job.createdAt} relative />,
    },
    {
      id: 'took',
      header: words.took,
      sort: 'took',
      width: 90,
      align: 'right',
      cell: ({ startedAt, finishedAt }) =>
        startedAt && finishedAt ? duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000) : '',
    },
  ];

  return (
    <ListPage
      title={words.title}
      description={words.description}
      filters={filters}
      filterBar={
        <>
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
        </>
      }
      name="jobs"
      label={words.table}
      columns={columns}
      pages={pages}
      {...sorting}
      rowKey={(job) => job.id}
      onOpen={(job) => set({ job: job.id })}
      empty={{ icon: IconListCheck, title: words.empty, hint: words.emptyHint }}
    >
      <JobDetail jobId={idOf(values.job) ?? null} onClose={() => set({ job: null })} />
    </ListPage>
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
  if (live.error) return <>{live.error.message}</>;
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
