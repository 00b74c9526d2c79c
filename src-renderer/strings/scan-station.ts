import type { ScanOutcome, ScanResult } from '../../src-shared/contract/customer-orders.ts';
import { formatInstant } from '../dates/format.ts';
import { count } from './format.ts';

/** What the panel says in the largest letters after a scan. */
export const outcomeTitles: Record<ScanOutcome, string> = {
  allocated: 'Allocated',
  'already-in-this-order': 'Already in this order',
  'in-another-order': 'In another order',
  'unknown-mac': 'Unknown device',
  'not-manufactured': 'Not manufactured yet',
  retired: 'Retired',
  'order-full': 'Order is full',
  'order-closed': 'Order is closed',
  malformed: 'Not a MAC address',
  undone: 'Taken out',
  returned: 'Returned',
  'return-undone': 'Return undone',
  paired: 'Paired',
  unpaired: 'Goods taken away',
  'goods-twice': 'Goods in it already',
  'goods-unusable': 'Not a usable code',
  'goods-without-tracker': 'No tracker for it',
};

/** The sentence below the title: what it means for the box in the person's hand. */
export function outcomeSentence(result: ScanResult): string {
  const { order, otherOrder, goods } = result;
  const left = result.leftUnpaired ? ` ${result.leftUnpaired} is left without goods.` : '';
  switch (result.outcome) {
    case 'allocated':
      return `${
        order.allocatedCount >= order.quantity
          ? 'That was the last one: the order is full.'
          : `${count(order.quantity - order.allocatedCount)} to go.`
      }${left}`;
    case 'already-in-this-order':
      return goods
        ? `It is paired with ${goods.reference}. Scan other goods to change that, or go on with the next tracker.${left}`
        : `This device was counted before. Nothing changed.${left}`;
    case 'in-another-order':
      return otherOrder
        ? `It belongs to order ${otherOrder.number}, put there by ${otherOrder.allocatedBy} on ${formatInstant(otherOrder.allocatedAt)}. ${otherOrder.closed ? 'That order is closed: has the device come back?' : 'Set it aside.'}`
        : 'It belongs to another order. Set it aside.';
    case 'unknown-mac':
      if (result.correctedMac) return `This is the old label of ${result.correctedMac}. Print a new one.`;
      return 'No device with this address is known. Set it aside and tell operations.';
    case 'not-manufactured':
      return 'Its key exists, but the manufacturer’s file with it has not been imported. Set it aside.';
    case 'retired':
      return 'It is out of use. Set it aside. Someone with permission can bring it back on its page.';
    case 'order-full':
      return `All ${count(order.quantity)} devices are in. Set this one aside.`;
    case 'order-closed':
      return order.state === 'cancelled'
        ? 'This order was cancelled and takes no devices.'
        : 'This order takes no more devices. Operations can reopen it.';
    case 'malformed':
      return order.unpairedCount === undefined
        ? 'The code has no complete MAC address. Scan the label with the MAC address again.'
        : 'No tracker waits for its goods. Scan the label of a tracker first.';
    case 'paired':
      return goods?.former ? `These goods take the place of ${goods.former}.` : 'Go on with the next tracker.';
    case 'unpaired':
      return `${goods?.reference ?? 'The code'} is taken away. The tracker stays in the order.`;
    case 'goods-twice':
      return `${goods?.alsoOn ?? 'Another tracker'} of this order has ${goods?.reference ?? 'this code'}. Keep both, or scan other goods.`;
    case 'goods-unusable':
      return 'The code of goods must have 1 to 100 visible characters. Scan another label of the goods.';
    case 'goods-without-tracker':
      return 'The tracker that it was for is not in this order. Scan the tracker again.';
    case 'undone':
      return 'The device is free again.';
    case 'returned':
      return 'The order still counts it, and its history stays.';
    case 'return-undone':
      return 'The device is in the order again.';
  }
}

export const scanStation = {
  title: 'Scan station',
  leave: 'Leave',
  leaveHint: 'Back to the console',
  pick: {
    title: 'Which order are you filling?',
    label: 'Order number or client',
    placeholder: 'Type or scan the order number',
    hint: 'Scan the number of the order, or choose it.',
    none: 'No open order',
    noneHint: 'Operations places orders on the Orders page. Filled and closed orders take no scans.',
    noMatch: 'No open order matches',
    loading: 'Loading orders',
    mine: 'Your last order',
    groups: { last: 'Go on with', due: 'Late or due today', mine: 'Your last orders', others: 'Other open orders' },
    lastScan: (at: string) => `Your last scan: ${at}`,
    today: 'today',
    held: (codes: number) =>
      codes === 1 ? '1 tracker waits for its order.' : `${count(codes)} trackers wait for their order.`,
    opening: (text: string) => `Opening ${text}`,
    remaining: (left: number) => `${count(left)} to go`,
    due: 'due',
    late: 'late',
    list: 'Open orders',
  },
  counter: (allocated: number, quantity: number) => `${count(allocated)} of ${count(quantity)} devices allocated`,
  of: 'of',
  toGo: (left: number) => `${count(left)} to go`,
  pending: (waiting: number) => `${count(waiting)} not sent yet`,
  pendingHint: 'Kept on this workstation and sent in order as soon as the console answers.',
  offline: 'The console can’t be reached. Keep scanning.',
  jammed: 'The scanner sends codes faster than anyone can scan.',
  jammedHint: 'They are ignored until it is quiet for a second. Check the scanner. Earlier scans count.',
  signedOut: 'Your session has ended. Log in again to send your scans. Nothing is lost.',
  logIn: 'Log in',
  ready: 'Ready to scan',
  readyHint: 'Scan the label of a device. The focus does not matter.',
  waitingTitle: 'Kept',
  waitingSentence: 'It is sent as soon as the console answers.',
  sendingTitle: 'Checking…',
  sendingSentence: 'Waiting for the console’s answer.',
  refusedTitle: 'Not accepted',
  undoQueuedTitle: 'Undo kept',
  orderFull: 'Order filled',
  orderFullHint: 'Every device is in. Close the box, or undo a scan to change one.',
  orderClosed: 'Order closed',
  orderCancelled: 'Order cancelled',
  orderClosedHint: 'It takes no devices.',
  manual: 'Type a MAC address, paste a list, or drop a file',
  manualPlaceholder: 'AA:BB:CC:DD:EE:FF',
  enter: 'Enter',
  pasted: (codes: number) => `${count(codes)} codes taken from the clipboard`,
  pastedTooMany: (codes: number, most: number) =>
    `The clipboard holds ${count(codes)} codes; at most ${count(most)} are taken at once. Paste it in parts.`,
  file: 'File',
  fileTaken: (codes: number, name: string) => `${count(codes)} ${codes === 1 ? 'code' : 'codes'} taken from ${name}`,
  fileNotTaken: 'Nothing was taken from the file',
  fileProblems: {
    'no-mac': (name: string) =>
      `${name} holds no MAC address. Choose a CSV or text file with one address a line, or with a column of them.`,
    'not-text': (name: string) => `${name} is not a text file. Save the table as CSV and choose that.`,
    'too-large': (name: string) => `${name} is larger than 4 MB. Choose the list of this order only.`,
    'too-many': (name: string, found: number, most: number) =>
      `${name} holds ${count(found)} codes; at most ${count(most)} are taken at once. Split it into parts.`,
    unreadable: (name: string) => `${name} could not be read. Check that it is still there, and choose it again.`,
  },
  last: 'Last scans',
  lastNone: 'Nothing scanned yet',
  undo: 'Undo',
  undoOf: (code: string) => `Undo the scan of ${code}`,
  undoing: 'Undo is on its way',
  undone: 'Undone',
  nothingToUndo: 'There is no scan to undo.',
  nothingWasAllocated: 'The scan did not allocate a device, so there is nothing to undo.',
  returns: { go: 'Returns', hint: 'Scan devices that came back, without choosing an order' },
  returnIt: 'It came back: return it and scan it in',
  notListening: 'Not listening',
  notListeningHint: 'Another window has the focus, and what you scan goes there. Click here before you scan more.',
  done: {
    title: (number: string) => `${number} is filled`,
    labels: 'Labels',
    packingList: 'Packing list',
    next: 'Next order',
  },
  touch: { label: 'Touch', undo: 'Undo last', camera: 'Camera', cameraOff: 'Camera off' },
  camera: {
    label: 'Camera',
    torch: 'Light',
    none: 'No camera can be used here. A console on another computer needs https for it. Scan with a scanner, or type.',
    denied:
      'The browser does not let this page use the camera. Allow it in the address bar, then turn the camera on again.',
  },
  sounds: {
    title: 'Sounds',
    on: 'Sounds on',
    volume: 'Volume',
    each: 'Each sound',
    try: 'Play',
    tryOf: (name: string) => `Play: ${name}`,
    others: {
      filled: 'Order filled',
      kept: 'Kept for later',
      refused: 'Not taken',
      'not-listening': 'Not listening',
    },
  },
  mute: 'Mute sounds',
  unmute: 'Turn sounds on',
  another: 'Other order',
  shortcuts: {
    label: 'Keys',
    undo: 'undo the last',
    field: 'type by hand',
    file: 'file',
    mute: 'sound',
    other: 'other order',
    leave: 'leave',
  },
} as const;
