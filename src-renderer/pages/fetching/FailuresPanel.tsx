import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconBell, IconBellOff, IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { FetcherState } from '../../../src-shared/contract/fetcher.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation, usePages } from '../../api/use-operation.ts';
import { DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { sentenceOf } from '../../components/ErrorState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { useUrlFilters } from '../../hooks/use-url-filters.ts';
import { fetcher } from '../../strings/fetcher.ts';
import { chunks } from '../trackers/assign.ts';
import { useFetchNow } from '../trackers/fetch-now.ts';
import { FailureFilters, filterKeys, kindOf, queryOf } from './FailureFilters.tsx';
import { failureColumns } from './failure-columns.tsx';
import { MuteModal } from './MuteModal.tsx';

const { failures: words } = fetcher;
const none: ReadonlySet<string> = new Set();

/** Trackers that complete answers did not mention, longest streak first: to filter, to ask for now, to mute. */
export function FailuresPanel({ state }: { state: FetcherState }) {
  const mayFetch = useCan('controlFetcher');
  const filters = useUrlFilters(filterKeys);
  const kind = kindOf(filters.values.failures);
  const pages = usePages('listFetchFailures', { query: queryOf(filters.values) });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(none);
  const [muting, mute] = useDisclosure(false);
  const failed = (error: unknown) => notifications.show({ color: 'red', message: sentenceOf(error) });
  const invalidates = ['getFetcher', 'listFetchFailures'] as const;
  const done = (message: string) => {
    setChosen(none);
    notifications.show({ message });
  };
  const { isFetching, fetchNow } = useFetchNow();
  const change = useOperationMutation('muteFetchFailures', { invalidates });
  const trackerIds = [...chosen].map(Number);
  const setMuted = async (muted: boolean, note: string | null = null) => {
    for (const ids of chunks(trackerIds))
      await change.mutateAsync({ body: { trackerIds: ids, muted, ...(muted ? { note } : {}) } });
    done(muted ? words.mutedNow : words.unmuted);
  };
  const actions = mayFetch && chosen.size > 0 && (
    <Group gap="xs">
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={isFetching}
        onClick={() => void fetchNow(trackerIds).then((isDone) => isDone && setChosen(none))}
      >
        {words.fetch(chosen.size)}
      </Button>
      {kind === 'muted' ? (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconBell size={14} aria-hidden />}
          loading={change.isPending}
          onClick={() => void setMuted(false).catch(failed)}
        >
          {words.unmute}
        </Button>
      ) : (
        <Button variant="default" size="xs" leftSection={<IconBellOff size={14} aria-hidden />} onClick={mute.open}>
          {words.mute}
        </Button>
      )}
    </Group>
  );
  const counts = {
    failing: state.failingTrackers,
    consistent: state.consistentlyFailing,
    incomplete: state.incompleteTrackers,
    muted: state.mutedTrackers,
  };
  return (
    <Panel title={words.title} actions={actions}>
      <Text size="sm" c="dimmed" mb="xs">
        {words.hints[kind](state.settings.failingStreak)}
      </Text>
      <FailureFilters filters={filters} counts={counts} />
      <DataTable
        name="fetch-failures"
        label={words.title}
        columns={failureColumns}
        pages={pages}
        rowKey={(failure) => failure.trackerId}
        {...(mayFetch ? { selected: chosen, onSelectedChange: setChosen } : {})}
        maxHeight={420}
        empty={
          <EmptyState
            icon={IconCircleCheck}
            title={filters.active ? words.noneMatches : words.empty}
            description={filters.active ? words.noneMatchesHint : words.emptyHint}
          />
        }
      />
      <MuteModal count={chosen.size} opened={muting} onClose={mute.close} onMute={(note) => setMuted(true, note)} />
    </Panel>
  );
}
