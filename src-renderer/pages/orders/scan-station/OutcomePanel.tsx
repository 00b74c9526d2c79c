import { Button } from '@mantine/core';
import { IconArrowsLeftRight, IconCloudUp, IconPackageImport } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { BoxDifference } from '../../../../src-shared/contract/box-differences.ts';
import type { CustomerOrder } from '../../../../src-shared/contract/customer-orders.ts';
import { offline as offlineWords } from '../../../strings/offline.ts';
import { scanStation as words } from '../../../strings/scan-station.ts';
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

/** The answer to the last scan in colour, icon and words, large enough to be seen without looking for it. */
export function OutcomePanel({ order, entries, stuck, pending, differences, onReturned }: Props) {
  const newest = entries[0];
  const slow = useIsOlderThan(newest && isUnanswered(newest) ? newest : undefined, PATIENCE_MS);
  const last =
    newest && isUnanswered(newest) && !stuck && !slow ? entries.find((entry) => !isUnanswered(entry)) : newest;
  // What was said to be in and was refused since is no answer any more: the list says what to do.
  const shown = last && wasRefused(last, differences) ? undefined : last;
  const toTakeOut = differences.filter(({ kind }) => kind === 'take-out').length;
  const {
    tone,
    icon: Icon,
    title,
    sentence,
  } = shown ? lookOf(shown) : idleLook(order, { toTakeOut, pending: pending === null });
  const code = shown ? (shown.result?.macAddress ?? shown.text) : null;
  return (
    <section
      // A new key restarts the flash, so that two equal answers in a row are seen as two.
      key={shown ? `${shown.mutationId}-${shown.state}` : 'idle'}
      className={classes.panel}
      data-tone={tone}
      data-testid="outcome"
      role="status"
      aria-live="assertive"
    >
      <Icon className={classes.icon ?? ''} stroke={2.2} aria-hidden />
      <div className={classes.answer}>
        <div className={classes.title}>
          {title}
          {shown && isPending(shown, pending) && (
            <span className={classes.pending} title={offlineWords.pendingSentence}>
              <IconCloudUp size="1em" aria-hidden /> {offlineWords.pending}
            </span>
          )}
        </div>
        <div className={classes.sentence}>{sentence}</div>
        {code && (
          <code className={classes.code}>
            {code}
            {shown?.result?.goods && <GoodsBeside code={shown.result.goods.reference} />}
          </code>
        )}
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
      </div>
    </section>
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
