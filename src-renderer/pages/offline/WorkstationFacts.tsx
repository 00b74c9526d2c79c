import { IconCheck, IconCloudUp, IconDatabaseOff } from '@tabler/icons-react';
import type { WorkstationState } from '../../../src-shared/contract/workstation.ts';
import { Facts } from '../../components/Facts.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { bytes } from '../../strings/format.ts';
import { offline as words } from '../../strings/offline.ts';

const looks = {
  online: { tone: 'good', icon: IconCheck },
  'catching-up': { tone: 'busy', icon: IconCloudUp },
  offline: { tone: 'warn', icon: IconDatabaseOff },
} as const;

/** Connection, copy and outbox of this workstation. */
export function WorkstationFacts({ state }: { state: WorkstationState }) {
  const { facts } = words;
  const { waiting, oldestSeconds } = state.outbox;
  const conflicts = state.differences.toSettle;
  return (
    <Facts
      facts={[
        { label: facts.link, value: <StateBadge {...looks[state.link]} label={words.links[state.link]} /> },
        { label: facts.since, value: <Time value={state.since} relative /> },
        { label: facts.contact, value: state.link === 'offline' && <Time value={state.lastContactAt} relative /> },
        {
          label: facts.waiting,
          value: [
            words.indicator(waiting, conflicts),
            ...(oldestSeconds === null ? [] : [words.age(oldestSeconds)]),
          ].join(', '),
        },
        {
          label: facts.copy,
          value: state.keepsCopy
            ? facts.copyOf(state.devices, state.orders) + (state.copyComplete ? '' : `, ${facts.copyPart}`)
            : facts.none,
        },
        { label: facts.copied, value: state.keepsCopy && <Time value={state.copiedAt} relative /> },
        { label: facts.size, value: bytes(state.storeBytes) },
        { label: facts.clock, value: state.clockOffsetMs !== 0 && facts.clockOff(state.clockOffsetMs) },
        { label: facts.signIn, value: state.keepsCopy && facts.signInDays(state.signInDays) },
      ]}
    />
  );
}
