import { Badge } from '@mantine/core';
import { IconBan, IconCheck, IconLoader } from '@tabler/icons-react';
import type { KeyBatch } from '../../../src-shared/contract/key-batches.ts';
import { keyBatches } from '../../strings/key-batches.ts';

const looks = {
  generating: { color: 'iris', icon: IconLoader },
  ready: { color: 'teal', icon: IconCheck },
  cancelled: { color: 'gray', icon: IconBan },
} as const;

export function BatchState({ state }: { state: KeyBatch['state'] }) {
  const { color, icon: Icon } = looks[state];
  return (
    <Badge color={color} variant="light" tt="none" leftSection={<Icon size={12} aria-hidden />}>
      {keyBatches.states[state]}
    </Badge>
  );
}
