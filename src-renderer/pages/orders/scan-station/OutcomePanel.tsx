import { Button } from '@mantine/core';
import { IconArrowsLeftRight, IconCloudUp, IconPackageImport } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { BoxDifference } from '../../../../src-shared/contract/box-differences.ts';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { offline as offlineWords } from '../../../strings/offline.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
import { AnswerPanel } from './AnswerPanel.tsx';
import { idleLook, lookOf, wasRefused } from './outcome-looks.ts';
import classes from './Station.module.css';
import { isPending, isUnanswered, type ScanEntry } from './scan-queue.ts';

/** An answer normally comes faster than this; only then "Checking" would do more than flicker. */
const PATIENCE_MS = 400;

interface Props {
  order: CustomerOrder;
  /** Newest first. */
  entries: readonly ScanEntry[];
  stuck: boolean;
  /** When this workstation was last seen to have nothing to send; null while something waits. */
  pending: number | null;
  /** What is wrong with the box of this order. */
  differences: readonly BoxDifference[];
  /** Scans a device in that came back from a closed order. */
  onReturned: (code: string) => void;
}

/** The answer to the last scan of an order, or what to do while there is none. */
export function OutcomePanel({ order, entries, stuck, pending, differences, onReturned }: Props) {
  const newest = entries[0];
  const slow = useIsOlderThan(newest && isUnanswered(newest) ? newest : undefined, PATIENCE_MS);
  const last =
    newest && isUnanswered(newest) && !stuck && !slow ? entries.find((entry) => !isUnanswered(entry)) : newest;
  // What was said to be in and was refused since is no answer any more: the list says what to do.
  const shown = last && wasRefused(last, differences) ? undefined : last;
  const toTakeOut = differences.filter(({ kind }) => kind === 'take-out').length;
  const look = shown ? lookOf(shown) : idleLook(order, { toTakeOut, pending: pending === null });
  const code = shown ? (shown.result?.macAddress ?? shown.text) : null;
  return (
    <AnswerPanel
      look={look}
      of={shown ? `${shown.mutationId}-${shown.state}` : 'idle'}
      mark={
        shown &&
        isPending(shown, pending) && (
          <span className={classes.pending} title={offlineWords.pendingSentence}>
            <IconCloudUp size="1em" aria-hidden /> {offlineWords.pending}
          </span>
        )
      }
      code={
        code && (
          <>
            {code}
            {shown?.result?.goods && <GoodsBeside code={shown.result.goods.reference} />}
          </>
        )
      }
    >
      {shown === newest && shown?.result?.otherOrder?.closed && (
        <Button
          variant="white"
          mt="md"
          leftSection={<IconPackageImport size={18} aria-hidden />}
          onClick={() => onReturned(shown.text)}
        >
          {words.returnIt}
        </Button>
      )}
      {order.state === 'closed' && (
        <Button
          component={Link}
          to="/scan/returns"
          variant="white"
          mt="md"
          leftSection={<IconPackageImport size={18} aria-hidden />}
        >
          {words.returns.go}
        </Button>
      )}
    </AnswerPanel>
  );
}

/** The goods beside their tracker. */
function GoodsBeside({ code }: { code: string }) {
  return (
    <>
      <IconArrowsLeftRight size="0.9em" aria-hidden style={{ margin: '0 0.5em', verticalAlign: '-0.1em' }} />
      {code}
    </>
  );
}

function useIsOlderThan(entry: ScanEntry | undefined, ms: number): boolean {
  const [old, setOld] = useState<string | null>(null);
  const id = entry?.mutationId;
  useEffect(() => {
    if (!id) return;
    const timer = setTimeout(() => setOld(id), ms);
    return () => clearTimeout(timer);
  }, [id, ms]);
  return id !== undefined && old === id;
}
