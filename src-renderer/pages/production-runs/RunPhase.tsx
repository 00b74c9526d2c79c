import { Badge } from '@mantine/core';
import { IconCalendarOff, IconCalendarTime, IconPlayerPlay } from '@tabler/icons-react';
import type { ProductionRun } from '../../../src-shared/contract/clients.ts';
import { phaseNames } from '../../strings/common.ts';

const looks = {
  'not-begun': { color: 'iris', icon: IconCalendarTime },
  active: { color: 'teal', icon: IconPlayerPlay },
  over: { color: 'gray', icon: IconCalendarOff },
} as const;

export function RunPhase({ phase }: { phase: ProductionRun['phase'] }) {
  const { color, icon: Icon } = looks[phase];
  return (
    <Badge color={color} variant="light" tt="none" leftSection={<Icon size={12} aria-hidden />}>
      {phaseNames[phase]}
    </Badge>
  );
}
