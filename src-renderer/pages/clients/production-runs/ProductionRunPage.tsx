import { Anchor, Button, Group, Paper, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { trackerImportFields } from '../../../../src-shared/contract/device-imports.ts';
import { useCan } from '../../../api/session.ts';
import { uploadFile } from '../../../api/upload.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { GuidedImport } from '../../../components/import/GuidedImport.tsx';
import { NoPositionPanel } from '../../../components/no-position/NoPositionPanel.tsx';
import { Page } from '../../../components/Page.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { StatusCounts } from '../../../components/StatusCounts.tsx';
import { CalendarDate } from '../../../components/Time.tsx';
import { useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { count } from '../../../strings/format.ts';
import { productionRuns as words } from '../../../strings/production-runs.ts';
import { LastReports } from './LastReports.tsx';
import { phaseWords } from './phase-words.ts';
import { RunActions } from './RunActions.tsx';
import { RunReports, RunStatuses } from './RunAnalytics.tsx';
import { RunLocations } from './RunLocations.tsx';
import { RunPhase } from './RunPhase.tsx';

/** One run: when, whose, where its trackers are, which fences count, and the import of devices into it. */
export default function ProductionRunPage() {
  const productionRunId = Number(useParams().productionRunId);
  const mayImport = useCan('importTrackers');
  const { values, set } = useUrlFilters(['tab', 'check', 'import']);
  const { data: run, isError, error, refetch } = useOperation('getProductionRun', { params: { productionRunId } });
  if (!run)
    return (
      <Page title={words.title}>
        {isError ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={110} />}
      </Page>
    );
  const tab = mayImport && (values.tab === 'import' || values.check || values.import) ? 'import' : 'overview';
  return (
    <Page
      title={run.name}
      heading={
        <Group gap="sm">
          {run.name}
          <RunPhase phase={run.phase} />
        </Group>
      }
      description={
        <>
          {run.client.name} · {run.brand.name} · <CalendarDate value={run.startDate} /> –{' '}
          <CalendarDate value={run.endDate} /> ({run.timeZone}) · {phaseWords(run, new Date())}
        </>
      }
      actions={<RunActions run={run} />}
    >
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === 'import' ? next : null, check: null, import: null })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="overview">{words.tabs.overview}</Tabs.Tab>
          {mayImport && <Tabs.Tab value="import">{words.tabs.import}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="overview" pt="md">
          <Stack gap="md">
            <Panel title={`${words.statusPanel} · ${count(run.trackerCount)}`}>
              {run.movedOnCount > 0 && (
                <Anchor component={Link} size="sm" to={`/trackers?productionRunId=${run.id}&past=true`}>
                  {words.movedOn(run.movedOnCount)}
                </Anchor>
              )}
              {run.trackerCount > 0 ? (
                <StatusCounts counts={run.statusCounts} legend />
              ) : (
                <Text size="sm" c="dimmed">
                  {words.noTrackers}
                </Text>
              )}
            </Panel>
            <LastReports runId={run.id} />
            <RunStatuses runId={run.id} />
            <NoPositionPanel runId={run.id} />
            <RunReports runId={run.id} />
            <RunLocations runId={run.id} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="import" pt="md">
          <Stack gap="md">
            <Paper withBorder p="md">
              <Text fw={600}>{words.importTitle}</Text>
              <Text size="sm" c="dimmed">
                {words.importDescription}
              </Text>
            </Paper>
            <GuidedImport
              fields={trackerImportFields}
              hint={words.importHint}
              canPutRight
              next={
                <>
                  <Button component={Link} to={`/trackers?productionRunId=${run.id}`}>
                    {words.toTrackers}
                  </Button>
                  <Button component={Link} to="/orders" variant="default">
                    {words.toOrders}
                  </Button>
                </>
              }
              send={(file, contentType, { checkAddress, ...options }) =>
                uploadFile('importTrackers', { query: { productionRunId, ...options } }, file, contentType)
              }
            />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
