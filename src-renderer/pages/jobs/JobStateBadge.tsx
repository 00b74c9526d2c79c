import { Badge } from '@mantine/core';
import { IconBan, IconCheck, IconClock, IconLoader, IconX } from '@tabler/icons-react';
import type { JobState } from '../../../src-shared/contract/jobs.ts';
import { jobStateNames } from '../../strings/common.ts';

const looks = {
  queued: { color: 'gray', icon: IconClock },
  running: { color: 'iris', icon: IconLoader },
  succeeded: { color: 'teal', icon: IconCheck },
  failed: { color: 'red', icon: IconX },
  cancelled: { color: 'gray', icon: IconBan },
} as const;

export function JobStateBadge({ state }: { state: JobState }) {
  const { color, icon: Icon } = looks[state];
  return (
    <Badge color={color} variant="light" tt="none" leftSection={<Icon size={12} aria-hidden />}>
      {jobStateNames[state]}
    </Badge>
  );
}
