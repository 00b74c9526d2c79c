import { useEffect, useState } from 'react';
import { api, type OperationOutput } from '../../../api/client.ts';
import type { ScanEntry } from './scan-queue.ts';

/** Enough to see where somebody left off. */
const EARLIER = 20;

export type EarlierScan = OperationOutput<'listScans'>['items'][number];

/** What was scanned before this page was opened, asked for once: what comes later is in the entries. */
export function useEarlierScans(orderId: number): EarlierScan[] {
  const [scans, setScans] = useState<EarlierScan[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    api
      .listScans({ params: { customerOrderId: orderId }, query: { limit: EARLIER }, signal: controller.signal })
      .then((page) => setScans(page.items))
      // Only a convenience: scanning works without it.
      .catch(() => {});
    return () => controller.abort();
  }, [orderId]);
  return scans;
}

/** Those that are not among the entries: what a former page left unsent may be answered before the list is. */
export function notAmong(scans: readonly EarlierScan[], entries: readonly ScanEntry[]): EarlierScan[] {
  const answers = new Set(entries.map(({ result }) => result && `${result.scannedAt} ${result.scanned}`));
  return scans.filter((scan) => !answers.has(`${scan.scannedAt} ${scan.scanned}`));
}

const isSame = (a: EarlierScan, b: EarlierScan) => a.macAddress !== null && a.macAddress === b.macAddress;

/** Whether an earlier scan can be taken back: it allocated, and neither it nor its undo here has been undone since. */
export function isEarlierUndoable(
  scan: EarlierScan,
  scans: readonly EarlierScan[],
  entries: readonly ScanEntry[],
): boolean {
  if (scan.outcome !== 'allocated') return false;
  const left = ({ outcome }: EarlierScan) => outcome === 'undone' || outcome === 'returned';
  if (scan.allocationId !== null) {
    const undone = scans.some((other) => left(other) && other.allocationId === scan.allocationId);
    return (
      !undone &&
      !entries.some(
        (entry) => entry.allocationId === scan.allocationId && entry.state !== 'refused' && entry.only !== 'goods',
      )
    );
  }
  // Made on this workstation without the database, which has given it no allocation yet: told by its address.
  if (!scan.pending) return false;
  const undone = scans.slice(0, scans.indexOf(scan)).some((other) => left(other) && isSame(other, scan));
  const undoing = entries.some(
    (entry) =>
      entry.kind === 'undo' && entry.state !== 'refused' && [scan.macAddress, scan.scanned].includes(entry.text),
  );
  return !undone && !undoing;
}
