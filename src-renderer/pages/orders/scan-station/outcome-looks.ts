import {
  IconArchive,
  IconArrowBackUp,
  IconArrowsSplit2,
  IconBarcode,
  IconBarcodeOff,
  IconBox,
  IconBoxOff,
  IconCheck,
  IconClock,
  IconCloudUp,
  IconCopy,
  IconHourglass,
  IconLink,
  IconLock,
  IconPackageImport,
  type IconProps,
  IconQuestionMark,
  IconRepeat,
  IconTagOff,
  IconUnlink,
  IconX,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { BoxDifference } from '../../../../src-shared/contract/box-differences.ts';
import type { CustomerOrder, ScanOutcome } from '../../../../src-shared/contract/customer-orders.ts';
import { boxDifferences as boxWords } from '../../../strings/box-differences.ts';
import { outcomeSentence, outcomeTitles, scanStation as words } from '../../../strings/scan-station.ts';
import type { ScanEntry } from './scan-queue.ts';

/** good: go on; same: nothing changed; stop: set the device aside; full: the order takes no more; kept: not known yet. */
export type Tone = 'good' | 'same' | 'stop' | 'full' | 'kept' | 'ready';

export interface Look {
  tone: Tone;
  icon: ComponentType<IconProps>;
  title: string;
  sentence: string;
}

export const outcomeTones: Record<ScanOutcome, Tone> = {
  allocated: 'good',
  'already-in-this-order': 'same',
  'in-another-order': 'stop',
  'unknown-mac': 'stop',
  'not-manufactured': 'stop',
  retired: 'stop',
  'order-full': 'full',
  'order-closed': 'full',
  malformed: 'stop',
  undone: 'same',
  returned: 'same',
  'return-undone': 'same',
  paired: 'good',
  unpaired: 'same',
  'goods-twice': 'full',
  'goods-unusable': 'stop',
  'goods-without-tracker': 'stop',
};

export const outcomeIcons: Record<ScanOutcome, ComponentType<IconProps>> = {
  allocated: IconCheck,
  'already-in-this-order': IconRepeat,
  'in-another-order': IconArrowsSplit2,
  'unknown-mac': IconQuestionMark,
  'not-manufactured': IconHourglass,
  retired: IconArchive,
  'order-full': IconBox,
  'order-closed': IconLock,
  malformed: IconBarcodeOff,
  undone: IconArrowBackUp,
  returned: IconPackageImport,
  'return-undone': IconArrowBackUp,
  paired: IconLink,
  unpaired: IconUnlink,
  'goods-twice': IconCopy,
  'goods-unusable': IconBarcodeOff,
  'goods-without-tracker': IconTagOff,
};

/** How an act looks in its present state. */
export function lookOf(entry: ScanEntry): Look {
  const { result } = entry;
  if (entry.state === 'refused')
    return { tone: 'stop', icon: IconX, title: words.refusedTitle, sentence: entry.refusal ?? '' };
  if (result)
    return {
      tone: outcomeTones[result.outcome],
      icon: outcomeIcons[result.outcome],
      title: outcomeTitles[result.outcome],
      sentence: outcomeSentence(result),
    };
  if (entry.state === 'sending' && entry.attempts <= 1)
    return { tone: 'kept', icon: IconClock, title: words.sendingTitle, sentence: words.sendingSentence };
  const title = entry.kind === 'undo' ? words.undoQueuedTitle : words.waitingTitle;
  return { tone: 'kept', icon: IconCloudUp, title, sentence: words.waitingSentence };
}

/** Whether a scan that was answered as allocated has been refused since. */
export const wasRefused = ({ kind, result }: ScanEntry, differences: readonly BoxDifference[]): boolean =>
  kind === 'scan' && result !== null && isListed(result.outcome, result.macAddress, differences);

/** Whether a device that was said to be in is on the list of those to take out. */
export const isListed = (
  outcome: ScanOutcome,
  macAddress: string | null,
  differences: readonly BoxDifference[],
): boolean =>
  (outcome === 'allocated' || outcome === 'paired') &&
  differences.some((each) => each.kind === 'take-out' && each.macAddress === macAddress);

/** What the panel says while nothing has been scanned, or when the order takes nothing at all. */
export function idleLook(order: CustomerOrder, box: { toTakeOut: number; pending: boolean }): Look {
  if (box.toTakeOut > 0)
    return { tone: 'stop', icon: IconBoxOff, title: boxWords.notYet(box.toTakeOut), sentence: boxWords.notYetHint };
  // Before its count: a closed order takes nothing back by undo.
  if (order.state === 'closed')
    return { tone: 'full', icon: IconLock, title: words.orderClosed, sentence: words.orderClosedHint };
  if (box.pending && order.allocatedCount >= order.quantity)
    return { tone: 'full', icon: IconBox, title: words.orderFull, sentence: boxWords.waitToClose };
  if (order.state === 'filled' || order.allocatedCount >= order.quantity)
    return { tone: 'full', icon: IconBox, title: words.orderFull, sentence: words.orderFullHint };
  if (order.state === 'cancelled')
    return { tone: 'full', icon: IconBoxOff, title: words.orderCancelled, sentence: words.orderClosedHint };
  return { tone: 'ready', icon: IconBarcode, title: words.ready, sentence: words.readyHint };
}

/** The colour of an icon beside an outcome in a list; follows the colour scheme. */
export const toneColors: Record<Tone, string> = {
  good: 'var(--status-delivered)',
  same: 'var(--status-in-storage)',
  stop: 'var(--attention)',
  full: 'var(--status-in-transit)',
  kept: 'var(--status-unknown)',
  ready: 'var(--status-unknown)',
};
