import { count } from './format.ts';

/** Pairing trackers with goods at the station. */
export const pairing = {
  title: 'Goods',
  scanGoods: 'Now scan the goods of',
  scanTracker: 'Scan a tracker, then its goods.',
  twice: (code: string) => `${code} is on another tracker of this order. Keep both, or scan other goods of`,
  keepBoth: 'Keep both',
  skip: 'No goods',
  without: (left: number) => (left === 0 ? 'All have their goods' : `${count(left)} without goods`),
  listTitle: (number: string) => `Trackers of ${number} without goods`,
  listHint: 'Choose one, then scan its goods.',
  listEmpty: 'Every tracker has its goods.',
  pair: 'Scan its goods',
  pairOf: (mac: string) => `Scan the goods of ${mac}`,
} as const;
