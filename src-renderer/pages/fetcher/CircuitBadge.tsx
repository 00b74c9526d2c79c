import { Badge, Group, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconPower, IconRefresh } from '@tabler/icons-react';
import type { ReportSource } from '../../../src-shared/contract/fetcher.ts';
import { Time } from '../../components/Time.tsx';
import { fetcher } from '../../strings/fetcher.ts';

const { sources: words } = fetcher;
const looks = {
  closed: { color: 'teal', icon: IconCircleCheck },
  'half-open': { color: 'yellow', icon: IconRefresh },
  open: { color: 'red', icon: IconCircleX },
} as const;

/** Whether a source answers, is being tried again, or is paused after failures, and until when. */
export function CircuitBadge({ source }: { source: ReportSource }) {
  const { circuit, pausedUntil } = source.state;
  const { color, icon: Icon } = source.enabled ? looks[circuit] : { color: 'gray', icon: IconPower };
  return (
    <Group gap={6} wrap="nowrap">
      <Badge color={color} variant="light" tt="none" leftSection={<Icon size={12} aria-hidden />}>
        {source.enabled ? words.circuits[circuit] : words.disabled}
      </Badge>
      {source.enabled && circuit === 'open' && pausedUntil && (
        <Text size="xs" c="dimmed" component="span">
          <Time value={pausedUntil} relative />
        </Text>
      )}
    </Group>
  );
}
