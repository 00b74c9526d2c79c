import { Alert, Text } from '@mantine/core';
import { IconGauge } from '@tabler/icons-react';
import type { FetcherState } from '../../../src-shared/contract/fetcher.ts';
import { askingCapacity } from '../../../src-shared/domain/asking-capacity.ts';
import { fetcher } from '../../strings/fetcher.ts';
import { mayBeAsked } from './sources-at-work.ts';

const { capacity: words } = fetcher;

/** How often the sources that work can ask for each tracker of this fleet, and what is missing for the wanted interval. */
export function Capacity({ state: { queue, sources, settings } }: { state: FetcherState }) {
  const now = Date.now();
  const asked = sources
    .filter((source) => mayBeAsked(source, now))
    .map(({ minIntervalSeconds, state }) => ({ minIntervalSeconds, batchSize: state.batchSize }));
  const { fetchIntervalMinutes } = settings;
  const { roundSeconds, missingAccounts } = askingCapacity(queue.keys, asked, fetchIntervalMinutes);
  if (queue.keys === 0 || roundSeconds === null) return null;
  const wantedSeconds = fetchIntervalMinutes * 60;
  if (missingAccounts === 0)
    return (
      <Text size="sm" c="dimmed">
        {words.enough(Math.max(roundSeconds, wantedSeconds))}
      </Text>
    );
  return (
    <Alert color="yellow" icon={<IconGauge aria-hidden />} title={words.title(roundSeconds)}>
      {words.missing(wantedSeconds, missingAccounts)}
    </Alert>
  );
}
