import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { FENCES_AT_ONCE, type FenceCheckResult, fenceCheckResult } from '../../../src-shared/contract/fences.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { JobProgress, useJob } from '../../components/JobProgress.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { fences, fenceCheck as words } from '../../strings/fences.ts';
import { count, distance } from '../../strings/format.ts';
import { fenceIcons } from './FenceSuggestion.tsx';
import { FinishedRuns } from './FinishedRuns.tsx';
import { locationReads } from './operations.ts';

type Item = FenceCheckResult['items'][number];

/** All fences that don't fit the reports near them, with the radius that would: applied one by one or together. */
export function FenceCheck({ onClose }: { onClose: () => void }) {
  const [jobId, setJobId] = useState<number | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState<ReadonlySet<number>>(new Set());
  const [finished, setFinished] = useState<string[]>([]);
  const check = useOperationMutation('checkFences', {
    onSuccess: (job) => {
      setDone(new Set());
      setSelected(new Set());
      setFinished([]);
      setJobId(job.id);
    },
  });
  const resize = useOperationMutation('resizeFences', {
    invalidates: [...locationReads, 'getFenceSuggestion'],
    onSuccess: ({ changed }) => {
      setDone((before) => new Set([...before, ...changed]));
      setSelected(new Set());
      if (changed.length > 0) notifications.show({ message: words.applied(changed.length) });
    },
  });
  // A check begins with the dialogue; twice in development, where effects run twice, would be once too often.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    check.mutate({});
  });
  const job = useJob(jobId);
  const result = job?.state === 'succeeded' ? fenceCheckResult.safeParse(job.result).data : undefined;
  const items = result?.items.filter(({ locationId }) => !done.has(locationId)) ?? [];
  const apply = (some: readonly Item[]) => {
    const theirs = new Set(some.flatMap(({ finishedRuns }) => finishedRuns.map(({ id }) => id)));
    resize.mutate({
      body: {
        finishedRunIds: finished.map(Number).filter((id) => theirs.has(id)),
        fences: some.map(({ locationId, suggestedRadiusM, currentRadiusM }) => ({
          locationId,
          geofenceRadiusM: suggestedRadiusM,
          currentRadiusM,
        })),
      },
    });
  };
  const columns: Column<Item>[] = [
    { id: 'name', header: words.name, fixed: true, cell: ({ name }) => name },
    {
      id: 'verdict',
      header: words.verdict,
      width: 170,
      cell: ({ verdict }) => <StateBadge tone="warn" icon={fenceIcons[verdict]} label={fences.words[verdict]} />,
    },
    { id: 'now', header: words.now, width: 90, align: 'right', cell: (item) => distance(item.currentRadiusM) },
    {
      id: 'suggested',
      header: words.suggested,
      width: 100,
      align: 'right',
      cell: (item) => distance(item.suggestedRadiusM),
    },
    { id: 'reports', header: words.reports, width: 90, align: 'right', cell: ({ reports }) => count(reports) },
    {
      id: 'apply',
      header: '',
      width: 90,
      cell: (item) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={words.applyOne(item.name)}
          onClick={() => apply([item])}
        >
          {words.apply}
        </Button>
      ),
    },
  ];
  const finishedRuns = [...new Map(items.flatMap((item) => item.finishedRuns).map((run) => [run.id, run])).values()];
  const chosen = items.filter(({ locationId }) => selected.has(String(locationId)));
  return (
    <Modal opened onClose={onClose} title={words.title} size="xl">
      <Stack gap="sm">
        {check.isError && <ErrorState error={check.error} />}
        {jobId !== null && !result && <JobProgress jobId={jobId} />}
        {result && (
          <>
            <Text size="sm" role="status">
              {words.found(result)} {result.unfitting > result.items.length && words.first(FENCES_AT_ONCE)}
            </Text>
            <DataTable
              name="fence-check"
              label={words.label}
              columns={columns}
              rows={items}
              rowKey={({ locationId }) => locationId}
              selected={selected}
              onSelectedChange={setSelected}
              empty={<EmptyState title={words.none} />}
            />
            <FinishedRuns runs={finishedRuns} value={finished} onChange={setFinished} />
          </>
        )}
        {resize.isError && <ErrorState error={resize.error} />}
        {resize.data && resize.data.refused.length > 0 && (
          <Alert color="yellow">
            {resize.data.refused.map(({ locationId, name, reason }) => (
              <Text size="sm" key={locationId}>
                {words.refused(name, reason)}
              </Text>
            ))}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" disabled={!result} loading={check.isPending} onClick={() => check.mutate({})}>
            {words.check}
          </Button>
          <Button disabled={chosen.length === 0} loading={resize.isPending} onClick={() => apply(chosen)}>
            {words.applySelected(chosen.length)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
