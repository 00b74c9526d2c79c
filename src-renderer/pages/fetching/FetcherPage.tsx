import { Button, Group, Skeleton, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconClockExclamation,
  IconCloudOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
} from '@tabler/icons-react';
import type { FetcherState } from '../../../src-shared/contract/fetcher.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { ErrorState, sentenceOf } from '../../components/ErrorState.tsx';
import { NoPositionPanel } from '../../components/no-position/NoPositionPanel.tsx';
import { Page } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Stat } from '../../components/Stat.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { fetchAsked } from '../../strings/fetch-asked.ts';
import { fetcher as words } from '../../strings/fetcher.ts';
import { count, duration } from '../../strings/format.ts';
import { Capacity } from './Capacity.tsx';
import { CorruptPanel } from './CorruptPanel.tsx';
import { FailuresPanel } from './FailuresPanel.tsx';
import classes from './FetcherPage.module.css';
import { ScheduleForm } from './ScheduleForm.tsx';
import { SourcesPanel } from './SourcesPanel.tsx';
import { SourceTroubles } from './SourceTroubles.tsx';
import { sourcesAtWork } from './sources-at-work.ts';
import { TrendsPanel } from './TrendsPanel.tsx';

/** Events say when something changed; the queue's lag changes by itself. */
const REFRESH_MS = 5_000;
/** A lag beyond this many intervals means that the sources don't keep up. */
const LATE_INTERVALS = 2;

/** The fetcher: how it does, what it asks, and which trackers it does not hear of. */
export default function FetcherPage() {
  const state = useOperation('getFetcher', {}, { refetchInterval: REFRESH_MS });
  const mayControl = useCan('controlFetcher');
  if (!state.data)
    return (
      <Page title={words.title}>
        {state.isError ? (
          <ErrorState error={state.error} onRetry={() => void state.refetch()} />
        ) : (
          <Skeleton height={160} />
        )}
      </Page>
    );
  const { data } = state;
  return (
    <Page
      title={words.title}
      heading={
        <Group gap="sm">
          {words.title}
          <RunningBadge state={data} />
        </Group>
      }
      description={words.description}
      actions={mayControl && <Controls state={data} />}
    >
      <SourceTroubles sources={data.sources} />
      <Queue state={data} />
      <Capacity state={data} />
      <TrendsPanel />
      <SourcesPanel sources={data.sources} />
      <NoPositionPanel />
      <FailuresPanel state={data} />
      <CorruptPanel />
      <ScheduleForm state={data} />
      <Totals totals={data.totals} />
    </Page>
  );
}

function RunningBadge({ state }: { state: FetcherState }) {
  if (state.paused) return <StateBadge tone="warn" icon={IconPlayerPause} label={words.paused} />;
  if (!state.running) return <StateBadge tone="bad" icon={IconPlayerStop} label={words.stopped} />;
  const { sources, failing, neverAsked, wantLogin } = sourcesAtWork(state.sources, Date.now());
  if (sources === 0) return <StateBadge tone="bad" icon={IconCloudOff} label={words.noSource} />;
  if (failing === sources) return <StateBadge tone="bad" icon={IconCloudOff} label={words.noSourceWorks} />;
  if (failing > 0) return <StateBadge tone="bad" icon={IconCloudOff} label={words.sourcesFail(failing, sources)} />;
  if (wantLogin > 0) return <StateBadge tone="warn" icon={IconClockExclamation} label={words.loginExpires} />;
  if (neverAsked === sources) return <StateBadge tone="warn" icon={IconPlayerPlay} label={words.neverAsked} />;
  return <StateBadge tone="good" icon={IconPlayerPlay} label={words.running} />;
}

function Controls({ state }: { state: FetcherState }) {
  const control = useOperationMutation('controlFetcher', {
    invalidates: ['getFetcher', 'listFetchFailures'],
    onSuccess: (answer, { body }) =>
      notifications.show({
        message: body.action === 'fetch-now' ? fetchAsked(answer, null) : words.done[body.action],
      }),
    onError: (error) => notifications.show({ color: 'red', message: sentenceOf(error) }),
  });
  const act = (action: 'pause' | 'resume' | 'fetch-now') => control.mutateAsync({ body: { action } });
  return (
    <>
      <Tooltip label={words.fetchNowHint} multiline maw={280}>
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} aria-hidden />}
          disabled={state.paused}
          onClick={() => act('fetch-now').catch(() => {})}
        >
          {words.fetchNow}
        </Button>
      </Tooltip>
      {state.paused ? (
        <Button leftSection={<IconPlayerPlay size={15} aria-hidden />} onClick={() => act('resume').catch(() => {})}>
          {words.resume}
        </Button>
      ) : (
        <ConfirmButton
          leftSection={<IconPlayerPause size={15} aria-hidden />}
          title={words.pauseTitle}
          body={words.pauseBody}
          confirmLabel={words.pause}
          confirmColor="iris"
          onConfirm={() => act('pause')}
        >
          {words.pause}
        </ConfirmButton>
      )}
    </>
  );
}

function Queue({ state }: { state: FetcherState }) {
  const { queue, settings } = state;
  const late = queue.dueLagSeconds > LATE_INTERVALS * settings.fetchIntervalMinutes * 60;
  return (
    <div className={classes.figures}>
      <Stat label={words.queue.depth} value={count(queue.depth)} hint={words.queue.schedule[state.schedule]} />
      <Stat label={words.queue.due} value={count(queue.due)} hint={words.queue.leased(queue.leased)} />
      <Stat
        label={words.queue.lag}
        value={queue.dueLagSeconds > 0 ? duration(queue.dueLagSeconds) : words.queue.onTime}
        hint={words.queue.lagHint}
        attention={late && !state.paused}
      />
      <Stat
        label={words.queue.lastCycle}
        value={<Time value={state.lastCycleAt} relative />}
        hint={words.queue.lastCycleHint}
      />
      <Stat
        label={words.queue.failing}
        value={count(state.failingTrackers)}
        hint={words.queue.failingHint(state.consistentlyFailing)}
      />
    </div>
  );
}

const totalKeys = [
  'claims',
  'requests',
  'reports',
  'stored',
  'duplicates',
  'corrupt',
  'decryptFailed',
  'tooOld',
  'ahead',
  'droppedAhead',
  'present',
  'absent',
] as const;

function Totals({ totals }: { totals: FetcherState['totals'] }) {
  return (
    <Panel title={words.totals.title}>
      <div className={classes.figures}>
        {totalKeys.map((key) => (
          <Stat key={key} label={words.totals[key]} value={count(totals[key])} />
        ))}
      </div>
    </Panel>
  );
}
