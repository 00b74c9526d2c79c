import type { BoxDifference, DifferenceAction } from '../../src-shared/contract/box-differences.ts';
import { formatInstant, formatTime } from '../dates/format.ts';
import { count } from './format.ts';

/** The hour of today, the day and hour of any other. */
const at = (instant: string) => {
  const date = new Date(instant);
  return date.toDateString() === new Date().toDateString() ? `at ${formatTime(date)}` : `on ${formatInstant(date)}`;
};
const devices = (n: number) => `${count(n)} ${n === 1 ? 'device' : 'devices'}`;

/** Why the order doesn't have the device, or still has it, with who did that and when. */
export function reasonOf({ reason, scannedBy }: Pick<BoxDifference, 'reason' | 'scannedBy'>): string {
  const who = `${reason.by ? ` by ${reason.by}` : ''}${reason.at ? ` ${at(reason.at)}` : ''}`;
  switch (reason.code) {
    case 'order-cancelled':
      return `The order was cancelled${who}`;
    case 'taken-out':
      return `Taken out of the order at a desk${who}`;
    case 'order-closed':
      return `The order was closed${who}`;
    case 'order-deleted':
      return `The order was deleted${who}`;
    case 'order-full':
      return `The order was full: it was filled${who}`;
    case 'order-smaller':
      return `The order was made smaller${who}`;
    case 'in-another-order':
      return `In ${reason.otherOrder?.number ?? 'another order'}: scanned there${who}`;
    case 'person-not-allowed':
      return `${scannedBy.name || 'Whoever scanned it'} is no longer allowed to scan${who ? `: changed${who}` : ''}`;
    case 'unknown-mac':
      return 'No device with this address is known';
    case 'not-manufactured':
      return 'It is not manufactured yet: the manufacturer’s file with it is not imported';
    case 'retired':
      return 'It was taken out of use';
    case 'malformed':
      return 'The code has no complete MAC address';
    case 'other':
      return reason.detail ?? 'The database refused it';
  }
}

export const boxDifferences = {
  title: 'To put right',
  inBox: (n: number) =>
    n === 1
      ? '1 in this box does not belong to this order: take it out'
      : `${count(n)} in this box do not belong to this order: take these out`,
  missing: (n: number) =>
    n === 1
      ? '1 was taken out and still belongs to this order: put it back'
      : `${count(n)} were taken out and still belong to this order: put these back`,
  howToTakeOut: 'Scan each one as you take it out. It leaves this list.',
  out: 'It is out',
  outOf: (code: string) => `${code} is out of the box`,
  allOut: 'All are out',
  allOutTitle: (n: number) => `${devices(n)} out of the box?`,
  allOutBody: 'Confirm only if all of them are outside the box. The list is then empty, and you can close the box.',
  allOutConfirm: 'They are out',
  back: 'It is back',
  backOf: (code: string) => `${code} is back in the box`,
  print: 'Print the list',
  printed: 'Out',
  into: (number: string) => `belongs in the box of ${number}`,
  ofOthers: (orders: string[], n: number) =>
    `Other orders: ${devices(n)} to put right in ${orders.slice(0, 3).join(', ')}${orders.length > 3 ? ' and others' : ''}.`,
  see: 'See them',
  notYet: (n: number) => `${count(n)} to take out`,
  notYetHint: 'These do not belong to this order: see the list. Close the box when it is empty.',
  waitToClose: 'All devices seem to be in. Wait until everything is sent before you close the box.',
  wasRefused: 'Refused: take it out',
  settle: 'Settle',
  settleLabel: 'What to do with the chosen devices',
  chosen: (n: number) => (n === 0 ? 'Choose devices' : `${devices(n)} chosen`),
  chooseAll: (order: string, n: number) => `All ${count(n)} of ${order}`,
  choose: (code: string) => `Choose ${code}`,
  group: { 'take-out': 'in the box, not in the order', 'put-back': 'in the order, not in the box' },
  actions: {
    accept: 'Accept',
    retry: 'Try again',
    move: 'Move to order',
    'take-out': 'Done',
  } satisfies Record<DifferenceAction, string>,
  hints: {
    accept: 'The order is right. The devices stay on the list of their box until someone moves them.',
    retry:
      'They are scanned into their order again, in your name. Do this after the cause is fixed, for example when the order is open again or larger.',
    move: 'They go into the order that you choose, in your name. The list of their box says which box they belong in.',
    'take-out': 'You confirm that they are where they belong: out of the box, or back in it. They leave the list.',
  } satisfies Record<DifferenceAction, string>,
  apply: {
    accept: (n: number) => `Accept ${count(n)}`,
    retry: (n: number) => `Try ${count(n)} again`,
    move: (n: number) => `Move ${count(n)}`,
    'take-out': (n: number) => `${count(n)} done`,
  } satisfies Record<DifferenceAction, (n: number) => string>,
  order: 'Order for them',
  note: 'Note',
  settled: (n: number) => `${devices(n)} settled`,
  stillRefused: (n: number, why: string) => `${devices(n)} still refused. ${why}`,
  accepted: (action: string, by: string) => `${action} by ${by}`,
  scannedBy: (name: string, when: string) => `scanned by ${name || 'somebody'}, ${when}`,
  disabled: 'disabled since',
  onConsole: (name: string) => `on ${name}`,
  none: 'Boxes and orders match',
  noneHint:
    'Devices that are in a box but not in its order are listed here, and devices taken out that are still in the order.',
  more: (shown: number, all: number) =>
    `${count(shown)} of ${count(all)} are shown. The others appear when these are settled.`,
  attention: (toSettle: number, toMove: number) =>
    toSettle > 0 ? `${count(toSettle)} scans to settle` : `${devices(toMove)} in the wrong box`,
  attentionDetail: (toMove: number) => `${devices(toMove)} to take out of boxes or to put back`,
  closeWarning: (toTakeOut: number, toPutBack: number) =>
    [
      ...(toTakeOut > 0
        ? [
            `${devices(toTakeOut)} in its box ${toTakeOut === 1 ? 'does' : 'do'} not belong to this order, and nobody has taken ${toTakeOut === 1 ? 'it' : 'them'} out yet.`,
          ]
        : []),
      ...(toPutBack > 0 ? [`${devices(toPutBack)} ${toPutBack === 1 ? 'has' : 'have'} to go back into the box.`] : []),
      'Close it anyway?',
    ].join(' '),
  listOf: (order: string) => `To take out of the box of ${order}`,
  nothing: 'Nothing to take out: box and order match.',
} as const;
