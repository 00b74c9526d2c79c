import { IconBan, IconCheck, IconLoader } from '@tabler/icons-react';
import type { KeyBatch } from '../../../../src-shared/contract/key-batches.ts';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { keyBatches } from '../../../strings/key-batches.ts';

const looks = {
  generating: { tone: 'busy', icon: IconLoader },
  ready: { tone: 'good', icon: IconCheck },
  cancelled: { tone: 'quiet', icon: IconBan },
} as const;

export function BatchState({ state }: { state: KeyBatch['state'] }) {
  return <StateBadge {...looks[state]} label={keyBatches.states[state]} />;
}
