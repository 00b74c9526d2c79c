import { Group, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconPower, IconRefresh } from '@tabler/icons-react';
import type { ReportSource } from '../../../src-shared/contract/fetcher.ts';
import { StateBadge } from '../../components/StateBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { fetcher } from '../../strings/fetcher.ts';

const { sources: words } = fetcher;
const looks = {
  closed: { tone: 'good', icon: IconCircleCheck },
  'half-open': { tone: 'warn', icon: IconRefresh },
  open: { tone: 'bad', icon: IconCircleX },
} as const;

/** Whether a source answers, is being tried again, or is paused after failures, and until when. */
export function CircuitBadge({ source }: { source: ReportSource }) {
  const { circuit, pausedUntil } = source.state;
  const look = source.enabled ? looks[circuit] : ({ tone: 'quiet', icon: IconPower } as const);
  return (
    <Group gap={6} wrap="nowrap">
      <StateBadge {...look} label={source.enabled ? words.circuits[circuit] : words.disabled} />
      {source.enabled && circuit === 'open' && pausedUntil && (
        <Text size="xs" c="dimmed" component="span">
          <Time value={pausedUntil} relative />
        </Text>
      )}
    </Group>
  );
}
