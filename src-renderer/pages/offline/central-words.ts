import type { OutboxEntry } from '../../../src-shared/contract/workstation.ts';
import { outcomeTitles } from '../../strings/scan-station.ts';

/** What the central database made of it, in words. */
export function centralWords({ central, lastError }: OutboxEntry): string {
  if (!central) return lastError ?? '';
  if (central.refusal !== null) return central.refusal;
  if (!central.result) return '';
  const { outcome, otherOrder } = central.result;
  const title = outcomeTitles[outcome];
  return otherOrder ? `${title}: ${otherOrder.number}, ${otherOrder.allocatedBy}` : title;
}
