import { Button, ScrollArea, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconX } from '@tabler/icons-react';
import type { BoxDifference } from '../../../../src-shared/contract/box-differences.ts';
import { formatClock, formatShortDayOf } from '../../../dates/format.ts';
import { boxDifferences as boxWords } from '../../../strings/box-differences.ts';
import { offline as offlineWords } from '../../../strings/offline.ts';
import { outcomeTitles, scanStation as words } from '../../../strings/scan-station.ts';
import { type EarlierScan, isEarlierUndoable, notAmong } from './earlier-scans.ts';
import classes from './LastScans.module.css';
import { isListed, lookOf, outcomeIcons, outcomeTones, wasRefused } from './outcome-looks.ts';
import { isPending, isUndoable, type ScanEntry } from './scan-queue.ts';
import { type Station, undoOf } from './use-station.ts';

/** Rows beyond these are in the order's scan log. */
const SHOWN = 60;

const refusedLook = { icon: IconX, tone: 'stop', title: boxWords.wasRefused } as const;

interface Props {
  /** Newest first, as is `earlier`. */
  entries: readonly ScanEntry[];
  earlier: readonly EarlierScan[];
  onUndo: Station['undo'];
  /** When this workstation was last seen to have nothing to send; null while something waits. */
  pending: number | null;
  differences: readonly BoxDifference[];
}

/** What was scanned last, newest first, each with its way back. */
export function LastScans({ entries, earlier, onUndo, pending, differences }: Props) {
  return (
    <aside className={classes.last} aria-label={words.last}>
      <Title order={2}>{words.last}</Title>
      {entries.length + earlier.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.lastNone}
        </Text>
      )}
      <ScrollArea className={classes.scroll} type="auto">
        <ol className={classes.rows}>
          {entries.slice(0, SHOWN).map((entry) => {
            const refused = wasRefused(entry, differences);
            const { icon: Icon, tone, title } = refused ? refusedLook : lookOf(entry);
            const { otherOrder } = entry.result ?? {};
            return (
              <li key={entry.mutationId} className={classes.row} data-tone={tone}>
                <Icon size={20} className={classes.mark ?? ''} aria-hidden />
                <div className={classes.what}>
                  <code>{codeOf(entry)}</code>
                  <span>
                    {isPending(entry, pending) && `${offlineWords.pending} · `}
                    {title}
                    {otherOrder && ` · ${otherOrder.number}, ${otherOrder.allocatedBy}`}
                    {entry.refusal && ` · ${entry.refusal}`} · {formatShortDayOf(entry.at)}, {formatClock(entry.at)}
                  </span>
                </div>
                {!refused && isUndoable(entry, entries) && (
                  <UndoButton code={entry.text} onClick={() => onUndo(undoOf(entry))} />
                )}
              </li>
            );
          })}
          {notAmong(earlier, entries).map((scan) => {
            const refused = isListed(scan.outcome, scan.macAddress, differences);
            const Icon = refused ? refusedLook.icon : outcomeIcons[scan.outcome];
            const tone = refused ? refusedLook.tone : outcomeTones[scan.outcome];
            const undoable = !refused && isEarlierUndoable(scan, earlier, entries);
            return (
              <li key={scan.id} className={classes.row} data-tone={tone} data-earlier>
                <Icon size={20} className={classes.mark ?? ''} aria-hidden />
                <div className={classes.what}>
                  <code>{scan.macAddress ?? scan.scanned}</code>
                  <span>
                    {pending === null && scan.pending && `${offlineWords.pending} · `}
                    {[refused ? refusedLook.title : outcomeTitles[scan.outcome], scan.scannedBy]
                      .filter(Boolean)
                      .join(' · ')}{' '}
                    · {formatShortDayOf(scan.scannedAt)}, {formatClock(scan.scannedAt)}
                  </span>
                </div>
                {undoable && (
                  <UndoButton
                    code={scan.scanned}
                    onClick={() =>
                      onUndo({
                        mutationId: null,
                        text: scan.macAddress ?? scan.scanned,
                        allocationId: scan.allocationId,
                      })
                    }
                  />
                )}
              </li>
            );
          })}
        </ol>
      </ScrollArea>
    </aside>
  );
}

/** The address; with goods, both side by side. */
function codeOf({ result, text }: ScanEntry): string {
  const code = result?.macAddress ?? text;
  return result?.goods ? `${code} ⇄ ${result.goods.reference}` : code;
}

function UndoButton({ code, onClick }: { code: string; onClick: () => void }) {
  return (
    <Button
      size="compact-xs"
      variant="default"
      className={classes.undo ?? ''}
      aria-label={words.undoOf(code)}
      title={words.undo}
      onClick={onClick}
    >
      <IconArrowBackUp size={14} aria-hidden />
      <span className={classes.undoWord}>{words.undo}</span>
    </Button>
  );
}
