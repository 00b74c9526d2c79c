import { Alert, Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { WorkstationState } from '../../../../src-shared/contract/workstation.ts';
import { offline as offlineWords } from '../../../strings/offline.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';

interface Props {
  /** The console itself can't be reached from this window. */
  stuck: boolean;
  workstation: WorkstationState | null;
  jammed: boolean;
}

const { station } = offlineWords;

/** What a person at the station has to know besides the last scan, in lines that leave the counter its room. */
export function StationAlerts({ stuck, workstation, jammed }: Props) {
  const line = { py: 8, radius: 0, variant: 'filled', role: 'status' } as const;
  const conflicts = workstation?.outbox.conflicts ?? 0;
  const minutes = Math.round((workstation?.clockOffsetMs ?? 0) / 60_000);
  return (
    <>
      {jammed && (
        <Alert {...line} color="red" title={words.jammed}>
          {words.jammedHint}
        </Alert>
      )}
      {stuck && (
        <Alert {...line} color="yellow" title={words.offline}>
          {words.pendingHint}
        </Alert>
      )}
      {!stuck && workstation?.link === 'offline' && (
        <Alert {...line} color="yellow" title={station.offline}>
          {station.offlineHint}
        </Alert>
      )}
      {!stuck && workstation?.link === 'catching-up' && workstation.outbox.waiting > 0 && (
        <Alert {...line} color="yellow" title={station.catchingUp} />
      )}
      {conflicts > 0 && (
        <Alert {...line} color="red" title={station.conflicts(conflicts)}>
          <Anchor component={Link} to="/offline" c="inherit" underline="always">
            {station.settle}
          </Anchor>
        </Alert>
      )}
      {minutes !== 0 && <Alert {...line} color="yellow" title={station.clock(minutes)} />}
    </>
  );
}
