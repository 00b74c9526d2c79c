import { Anchor, Button, Group, Paper, Skeleton, Tabs, Text } from '@mantine/core';
import { IconAlertTriangle, IconFileExport, IconFileImport, IconTag } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { useCan } from '../../../api/session.ts';
import { uploadFile } from '../../../api/upload.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { GuidedImport } from '../../../components/import/GuidedImport.tsx';
import { JobProgress } from '../../../components/JobProgress.tsx';
import { Page } from '../../../components/Page.tsx';
import { Time } from '../../../components/Time.tsx';
import { useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { useJobs } from '../../../stores/jobs.ts';
import { count } from '../../../strings/format.ts';
import { keyBatches as words } from '../../../strings/key-batches.ts';
import { AfterImport } from './AfterImport.tsx';
import { BatchFirmware } from './BatchFirmware.tsx';
import { BatchState } from './BatchState.tsx';
import { ExportPanel } from './ExportPanel.tsx';
import { ExtraDevices } from './ExtraDevices.tsx';
import { Funnel } from './Funnel.tsx';
import { StartAgain } from './StartAgain.tsx';

/** One batch: how far its keys have come, what went out, what comes back. */
export default function KeyBatchPage() {
  const keyBatchId = Number(useParams().keyBatchId);
  const mayImport = useCan('importManufacturedDevices');
  const { values, set } = useUrlFilters(['tab', 'check', 'import']);
  const batch = useOperation('getKeyBatch', { params: { keyBatchId } });
  const jobId = batch.data?.jobId ?? null;
  const done = useJobs((state) => (jobId === null ? 0 : (state.jobs[jobId]?.progress.done ?? 0)));

  if (!batch.data)
    return (
      <Page title={words.title}>
        {batch.isError ? (
          <ErrorState error={batch.error} onRetry={() => void batch.refetch()} />
        ) : (
          <Skeleton height={110} />
        )}
      </Page>
    );
  const { data } = batch;
  const generating = data.state === 'generating';
  const counts = generating
    ? { ...data.counts, generated: Math.max(Math.floor(done / data.keysPerDevice), data.counts.generated) }
    : data.counts;
  const tab = values.tab ?? (values.check || values.import ? 'import' : 'export');
  return (
    <Page
      title={data.label}
      heading={
        <Group gap="sm">
          {data.label}
          <BatchState state={data.state} />
        </Group>
      }
      description={
        <>
          {words.createdAt} <Time value={data.createdAt} /> · {data.createdBy}
          {data.keysPerDevice > 1 && ` · ${words.keysPerDevice(data.keysPerDevice)}`}
          {data.productionRun && (
            <>
              {' · '}
              <Anchor component={Link} size="sm" to={`/production-runs/${data.productionRun.id}`}>
                {data.productionRun.name}
              </Anchor>
            </>
          )}
        </>
      }
      actions={
        <Button
          component={Link}
          to={`/trackers?keyBatchId=${data.id}`}
          variant="default"
          leftSection={<IconTag size={15} aria-hidden />}
        >
          {words.devices}
        </Button>
      }
    >
      <Funnel counts={counts} />
      {data.canStartAgain && <StartAgain batch={data} />}
      {generating && !data.canStartAgain && data.jobId !== null && (
        <Paper withBorder p="md">
          <JobProgress jobId={data.jobId} />
        </Paper>
      )}
      <Tabs value={tab} onChange={(next) => set({ tab: next })} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="export" leftSection={<IconFileExport size={16} aria-hidden />}>
            {words.tabs.export}
          </Tabs.Tab>
          <Tabs.Tab value="import" leftSection={<IconFileImport size={16} aria-hidden />}>
            {words.tabs.import}
          </Tabs.Tab>
          <Tabs.Tab value="extra" leftSection={<IconAlertTriangle size={16} aria-hidden />}>
            {words.extra.title} · {count(counts.extra)}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="export" pt="md">
          <BatchFirmware batch={data} />
          <ExportPanel batch={data} />
        </Tabs.Panel>
        <Tabs.Panel value="import" pt="md">
          {mayImport ? (
            <GuidedImport
              fields={['macAddress', 'advertisementKey', 'hashedAdvertisementKey', 'serialNumber']}
              hint={words.import.hint}
              canCheckAddress
              canPutRight
              next={<AfterImport batch={data} />}
              send={(file, contentType, options) =>
                uploadFile(
                  'importManufacturedDevices',
                  { params: { keyBatchId }, query: { ...options } },
                  file,
                  contentType,
                )
              }
            />
          ) : (
            <Text size="sm">{words.import.notAllowed}</Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="extra" pt="md">
          <ExtraDevices keyBatchId={keyBatchId} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
