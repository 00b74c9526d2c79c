import { Button, Group, Skeleton, Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconArchive, IconCloudDownload, IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { useCan } from '../../../api/session.ts';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState, sentenceOf } from '../../../components/ErrorState.tsx';
import { CopyIcon } from '../../../components/MacAddress.tsx';
import { NoPositionAlert } from '../../../components/no-position/NoPositionAlert.tsx';
import { Page } from '../../../components/Page.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { common } from '../../../strings/common.ts';
import { fetchAsked } from '../../../strings/fetch-asked.ts';
import { reports } from '../../../strings/reports.ts';
import { trackers, tracker as words } from '../../../strings/trackers.ts';
import { RetireModal } from '../RetireModal.tsx';
import { AggregatesTab } from './AggregatesTab.tsx';
import { AuditTab } from './AuditTab.tsx';
import { CorrectModal } from './CorrectModal.tsx';
import { DeviceFacts } from './DeviceFacts.tsx';
import { DwellTab } from './DwellTab.tsx';
import { EarlierStatus } from './EarlierStatus.tsx';
import { FetchingTab } from './FetchingTab.tsx';
import { HistoryTab } from './HistoryTab.tsx';
import { KeysTab } from './KeysTab.tsx';
import { MixUpModal } from './MixUpModal.tsx';
import { PlannedAlert } from './PlannedAlert.tsx';
import { ReportsTab } from './ReportsTab.tsx';
import { RetiredAlert } from './RetiredAlert.tsx';
import { RunPeriods } from './RunPeriods.tsx';
import classes from './TrackerPage.module.css';
import { TrackMap } from './TrackMap.tsx';

/** One tracker: what it is, where it was, which statuses it had, and how its fetching goes. */
export default function TrackerPage() {
  const trackerId = Number(useParams().trackerId);
  const query = useOperation('getTracker', { params: { trackerId } });
  const [search, setSearch] = useSearchParams();
  const [chosenAt, setChosenAt] = useState<string | null>(search.get('at'));
  const seesFetching = useCan('getFetchState');
  const seesKeys = useCan('listDeviceKeys');
  const seesAudit = useCan('listTrackerAudit');
  const controlsFetcher = useCan('controlFetcher');
  const mayRetire = useCan('retireTrackers');
  const mayCorrect = useCan('correctTracker');
  const [correcting, correct] = useDisclosure(false);
  const [mixingUp, mixUp] = useDisclosure(false);
  const [retiring, retire] = useDisclosure(false);
  const fetchNow = useOperationMutation('controlFetcher', {
    invalidates: ['getFetchState', 'getFetcher'],
    onSuccess: (answer) => notifications.show({ message: fetchAsked(answer, 1) }),
    onError: (error) => notifications.show({ color: 'red', title: common.failed, message: sentenceOf(error) }),
  });
  const tracker = query.data;

  if (!tracker)
    return (
      <Page title={words.unnamed(trackerId)}>
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton height={440} aria-label={common.loading} />
        )}
      </Page>
    );
  const title = tracker.macAddress ?? trackers.noMac(tracker.id);
  return (
    <Page
      title={title}
      heading={
        <Group gap="sm">
          {tracker.macAddress ? <span className={classes.mac}>{tracker.macAddress}</span> : title}
          {tracker.macAddress && <CopyIcon value={tracker.macAddress} />}
          <StatusBadge status={tracker.status} />
          {tracker.status === 'UNKNOWN' && <EarlierStatus trackerId={trackerId} />}
        </Group>
      }
      actions={
        <>
          {tracker.lastReport && (
            <Button
              component={Link}
              to={`/map?replay=${trackerId}`}
              variant="default"
              leftSection={<IconPlayerPlay size={15} aria-hidden />}
            >
              {words.replay}
            </Button>
          )}
          {mayCorrect && (
            <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={correct.open}>
              {trackers.correct.action}
            </Button>
          )}
          <CorrectModal
            key={`${tracker.macAddress} ${tracker.serialNumber}`}
            tracker={tracker}
            opened={correcting}
            onClose={correct.close}
            onMixUp={() => {
              correct.close();
              setSearch({ tab: 'keys' }, { replace: true });
              mixUp.open();
            }}
          />
          {mixingUp && <MixUpModal tracker={tracker} onClose={mixUp.close} />}
          {mayRetire && !tracker.retired && (
            <Button variant="default" leftSection={<IconArchive size={15} aria-hidden />} onClick={retire.open}>
              {trackers.retire.action}
            </Button>
          )}
          <RetireModal trackerIds={[trackerId]} opened={retiring} onClose={retire.close} />
          {controlsFetcher && tracker.productionRun && (
            <Button
              variant="default"
              leftSection={<IconCloudDownload size={15} aria-hidden />}
              loading={fetchNow.isPending}
              onClick={() => fetchNow.mutate({ body: { action: 'fetch-now', trackerIds: [trackerId] } })}
            >
              {words.fetchNow}
            </Button>
          )}
        </>
      }
    >
      <RetiredAlert tracker={tracker} />
      <PlannedAlert tracker={tracker} />
      <NoPositionAlert trackerId={trackerId} known={tracker.lastReport !== null} />
      <div className={classes.grid}>
        <TrackMap tracker={tracker} chosenAt={chosenAt} onChoose={setChosenAt} />
        <div className={classes.facts}>
          <RunPeriods trackerId={trackerId} />
          <DeviceFacts tracker={tracker} />
        </div>
        <Tabs
          value={search.get('tab') ?? 'history'}
          onChange={(tab) => setSearch(tab && tab !== 'history' ? { tab } : {}, { replace: true })}
          keepMounted={false}
          className={classes.tabs ?? ''}
        >
          <Tabs.List mb="sm">
            <Tabs.Tab value="history">{words.tabs.history}</Tabs.Tab>
            <Tabs.Tab value="reports">{words.tabs.reports}</Tabs.Tab>
            <Tabs.Tab value="dwell">{reports.dwell}</Tabs.Tab>
            <Tabs.Tab value="aggregates">{words.tabs.aggregates}</Tabs.Tab>
            {seesKeys && <Tabs.Tab value="keys">{words.tabs.keys}</Tabs.Tab>}
            {seesFetching && <Tabs.Tab value="fetching">{words.tabs.fetching}</Tabs.Tab>}
            {seesAudit && <Tabs.Tab value="audit">{words.tabs.audit}</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="history">
            <HistoryTab tracker={tracker} />
          </Tabs.Panel>
          <Tabs.Panel value="reports">
            <ReportsTab trackerId={trackerId} onChoose={setChosenAt} />
          </Tabs.Panel>
          <Tabs.Panel value="dwell">
            <DwellTab trackerId={trackerId} />
          </Tabs.Panel>
          <Tabs.Panel value="aggregates">
            <AggregatesTab trackerId={trackerId} />
          </Tabs.Panel>
          {seesKeys && (
            <Tabs.Panel value="keys">
              <KeysTab tracker={tracker} />
            </Tabs.Panel>
          )}
          {seesFetching && (
            <Tabs.Panel value="fetching">
              <FetchingTab trackerId={trackerId} />
            </Tabs.Panel>
          )}
          {seesAudit && (
            <Tabs.Panel value="audit">
              <AuditTab trackerId={trackerId} />
            </Tabs.Panel>
          )}
        </Tabs>
      </div>
    </Page>
  );
}
