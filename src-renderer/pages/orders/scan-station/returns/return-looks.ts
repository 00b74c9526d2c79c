import {
  IconArrowBackUp,
  IconBarcode,
  IconBarcodeOff,
  IconBox,
  IconClock,
  IconCloudOff,
  IconHourglass,
  IconPackageImport,
  IconQuestionMark,
  IconTagOff,
} from '@tabler/icons-react';
import type { ReturnOutcome, ReturnScan } from '../../../../../src-shared/contract/returns.ts';
import { formatInstant } from '../../../../dates/format.ts';
import { orders } from '../../../../strings/orders.ts';
import { returns as words } from '../../../../strings/returns.ts';
import type { Look } from '../outcome-looks.ts';
import type { Cue } from '../sounds.ts';
import type { ReturnEntry } from './return-entries.ts';

const looks: Record<ReturnOutcome, Pick<Look, 'tone' | 'icon'>> = {
  returned: { tone: 'good', icon: IconPackageImport },
  'order-in-work': { tone: 'full', icon: IconBox },
  'not-in-an-order': { tone: 'same', icon: IconTagOff },
  'not-manufactured': { tone: 'stop', icon: IconHourglass },
  'unknown-mac': { tone: 'stop', icon: IconQuestionMark },
  malformed: { tone: 'stop', icon: IconBarcodeOff },
};

export const returnCues: Record<ReturnOutcome, Cue> = {
  returned: 'returned',
  'order-in-work': 'in-another-order',
  'not-in-an-order': 'already-in-this-order',
  'not-manufactured': 'not-manufactured',
  'unknown-mac': 'unknown-mac',
  malformed: 'malformed',
};

/** What the panel and the list say of a scan in Returns; without one, what to do. */
export function lookOfReturn(entry: ReturnEntry | undefined, isOffline: boolean): Look {
  if (!entry)
    return isOffline
      ? { tone: 'kept', icon: IconCloudOff, title: words.offline, sentence: words.offlineHint }
      : { tone: 'ready', icon: IconBarcode, title: words.ready, sentence: words.readyHint };
  if (entry.state === 'undone')
    return { tone: 'same', icon: IconArrowBackUp, title: words.undone, sentence: words.undoneHint };
  if (entry.state === 'failed')
    return { tone: 'stop', icon: IconCloudOff, title: words.failed, sentence: entry.trouble ?? words.failedHint };
  if (!entry.result) return { tone: 'kept', icon: IconClock, title: words.asking, sentence: words.askingHint };
  const { result } = entry;
  return { ...looks[result.outcome], title: words.outcomes[result.outcome], sentence: sentenceOf(entry, result) };
}

function sentenceOf({ reason, trouble }: ReturnEntry, result: ReturnScan): string {
  const { order, before } = result;
  if (trouble) return trouble;
  switch (result.outcome) {
    case 'returned':
      return words.from(order?.number ?? '', order?.client ?? '', orders.reasons[reason]);
    case 'order-in-work':
      return words.inWork(order?.number ?? '', order?.client ?? '');
    case 'not-in-an-order':
      return before
        ? words.before(order?.number ?? '', before.by, formatInstant(before.at), orders.reasons[before.reason])
        : words.nowhere;
    case 'unknown-mac':
      return result.correctedMac ? words.corrected(result.correctedMac) : words.unknown;
    case 'not-manufactured':
      return words.notManufactured;
    case 'malformed':
      return words.malformed;
  }
}
