import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import type { Workstation } from '../workstation.ts';
import { applyDirect } from './apply-central.ts';
import { forgetMarks } from './sync.ts';

/** How long acts are gathered: writing each by itself would make the next scan wait for the disk. */
const GATHER_MS = 250;

interface Gathered {
  acts: { result: ScanResult; by: string }[];
  timer: NodeJS.Timeout | null;
}
const gathered = new WeakMap<Workstation, Gathered>();

/** Lets the copy follow an act that went directly to the central database, a moment later. */
export function followDirect(workstation: Workstation, result: ScanResult, by: string): void {
  const waiting = gathered.get(workstation) ?? { acts: [], timer: null };
  gathered.set(workstation, waiting);
  waiting.acts.push({ result, by });
  waiting.timer ??= setTimeout(() => flushDirect(workstation), GATHER_MS).unref();
}

/** Writes what has been gathered. Called before anything is judged against the copy, which has to know it. */
export function flushDirect(workstation: Workstation): void {
  const waiting = gathered.get(workstation);
  if (!waiting || waiting.acts.length === 0) return;
  gathered.delete(workstation);
  if (waiting.timer) clearTimeout(waiting.timer);
  try {
    workstation.store.write(() => {
      for (const { result, by } of waiting.acts) applyDirect(workstation.store, result, by);
    });
    // Answers may come in another order than their acts.
    forgetMarks(
      workstation,
      waiting.acts.map(({ result }) => result.order.id),
    );
  } catch (error) {
    workstation.log.warn({ err: error }, 'the copy on this workstation could not follow a scan');
  }
}
