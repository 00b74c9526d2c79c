import { IconCalendarOff, IconCalendarTime, IconPlayerPlay } from '@tabler/icons-react';
import type { ProductionRun } from '../../../../src-shared/contract/clients.ts';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { phaseNames } from '../../../strings/common.ts';

const looks = {
  'not-begun': { tone: 'busy', icon: IconCalendarTime },
  active: { tone: 'good', icon: IconPlayerPlay },
  over: { tone: 'quiet', icon: IconCalendarOff },
} as const;

export function RunPhase({ phase }: { phase: ProductionRun['phase'] }) {
  return <StateBadge {...looks[phase]} label={phaseNames[phase]} />;
}
