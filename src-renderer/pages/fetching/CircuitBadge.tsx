import { Group, Text, Tooltip } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconEyeOff, IconPower, IconRefresh } from '@tabler/icons-react';
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

/** Whether a source answers, answers nobody that it named before, is being tried again, or is paused after failures, and until when. */
export function CircuitBadge({ source }: { source: ReportSource }) {
  const { circuit, pausedUntil, blindSince, canaries } = source.state;
  if (source.enabled && circuit === 'closed' && blindSince)
    return (
      <Tooltip label={canaries > 0 ? words.blindHint : words.nobodyHint} multiline maw={320}>
        <span>
          <StateBadge tone="bad" icon={IconEyeOff} label={words.blind} />
        </span>
      </Tooltip>
    );
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
