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

/** Whether an earlier scan can be taken back: it allocated, and neither it nor its undo here has been undone since. */
export function isEarlierUndoable(
  scan: EarlierScan,
  scans: readonly EarlierScan[],
  entries: readonly ScanEntry[],
): boolean {
  if (scan.outcome !== 'allocated' || scan.allocationId === null) return false;
  const undone = scans.some(
    (other) => (other.outcome === 'undone' || other.outcome === 'returned') && other.allocationId === scan.allocationId,
  );
  const undoing = entries.some((entry) => entry.allocationId === scan.allocationId && entry.state !== 'refused');
  return !undone && !undoing;
}
