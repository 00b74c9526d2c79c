import { Alert, Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { BoxDifference } from '../../../../src-shared/contract/box-differences.ts';
import type { WorkstationState } from '../../../../src-shared/contract/workstation.ts';
import { boxDifferences as boxWords } from '../../../strings/box-differences.ts';
import { offline as offlineWords } from '../../../strings/offline.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';

interface Props {
  /** The console itself can't be reached from this window. */
  stuck: boolean;
  workstation: WorkstationState | null;
  jammed: boolean;
  /** What is wrong with the boxes of other orders. */
  others: readonly BoxDifference[];
}

const { station } = offlineWords;

/** What a person at the station has to know besides the last scan, in lines that leave the counter its room. */
export function StationAlerts({ stuck, workstation, jammed, others }: Props) {
  const line = { py: 8, radius: 0, variant: 'filled', autoContrast: true, role: 'status' } as const;
  const clockOffsetMs = workstation?.clockOffsetMs ?? 0;
  const orders = [...new Set(others.map(({ order }) => order.number))];
  return (
    <>
      {jammed && (
        <Alert {...line} color="red.9" title={words.jammed}>
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
      {others.length > 0 && (
        <Alert {...line} color="gray" variant="light">
          {boxWords.ofOthers(orders, others.length)}{' '}
          <Anchor component={Link} to="/offline" c="inherit" underline="always">
            {boxWords.see}
          </Anchor>
        </Alert>
      )}
      {clockOffsetMs !== 0 && <Alert {...line} color="yellow" title={station.clock(clockOffsetMs)} />}
    </>
  );
}
