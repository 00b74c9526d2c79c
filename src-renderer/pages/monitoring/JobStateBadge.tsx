import { IconBan, IconCheck, IconClock, IconLoader, IconX } from '@tabler/icons-react';
import type { JobState } from '../../../src-shared/contract/jobs.ts';
import { StateBadge } from '../../components/StateBadge.tsx';
import { jobStateNames } from '../../strings/common.ts';

const looks = {
  queued: { tone: 'quiet', icon: IconClock },
  running: { tone: 'busy', icon: IconLoader },
  succeeded: { tone: 'good', icon: IconCheck },
  failed: { tone: 'bad', icon: IconX },
  cancelled: { tone: 'quiet', icon: IconBan },
} as const;

export function JobStateBadge({ state }: { state: JobState }) {
  return <StateBadge {...looks[state]} label={jobStateNames[state]} />;
}
