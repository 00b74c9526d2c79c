import { ApiError } from '../../../../src-shared/contract/api-client.ts';
import type { ScanResult } from '../../../../src-shared/contract/customer-orders.ts';
import { api, isNotAuthenticated } from '../../../api/client.ts';
import { queryClient, sessionKey } from '../../../api/query-client.ts';
import { scanStation } from '../../../strings/scan-station.ts';
import type { ScanEntry, ScanTask, Verdict } from './scan-queue.ts';

/** A request without an answer for this long counts as lost; Wi-Fi that drops leaves them hanging for minutes. */
const TIMEOUT_MS = 8_000;

/** Nothing was allocated by the scan, so its undo must not take out what an earlier one allocated. */
class NothingToUndo extends Error {}

/** Sends one act of the station. `waiting`: the tracker whose goods come next. */
export function sendTask(task: ScanTask, undone: ScanEntry | null, waiting: string | null = null): Promise<ScanResult> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const params = { customerOrderId: task.orderId };
  const goodsOf = task.goodsOf ?? (task.listed || task.returning ? null : waiting);
  if (task.kind === 'scan')
    return api.allocate({
      params,
      body: {
        scan: task.text,
        mutationId: task.mutationId,
        ...(task.returning ? { returning: 'returned' as const } : {}),
        ...(goodsOf === null ? {} : { goodsOf }),
        ...(task.keepBoth ? { keepBoth: true } : {}),
      },
      signal,
    });
  if (undone?.result && !['allocated', 'paired'].includes(undone.result.outcome))
    throw new NothingToUndo(scanStation.nothingWasAllocated);
  const allocationId = task.allocationId ?? undone?.result?.allocationId ?? null;
  // As it was scanned, where no answer named the address: only the core knows where a label has it.
  const macAddress = undone?.result?.macAddress ?? task.text;
  const which = allocationId === null ? { macAddress } : { allocationId };
  const only = task.only ?? (undone?.result?.outcome === 'paired' ? 'goods' : undefined);
  const query = { ...which, mutationId: task.mutationId, ...(only ? { only } : {}) };
  return api.undoAllocation({ params, query, signal });
}

/**
 * What a failed send means. Only a refusal of this very scan ends it; trouble of the network, the server or the session
 * leaves it in the queue.
 */
export function judge(error: unknown): Verdict {
  if (error instanceof NothingToUndo) return { retry: false, sentence: error.message };
  if (!(error instanceof ApiError)) return { retry: true };
  const { status, detail } = error.problem;
  if (isNotAuthenticated(error)) queryClient.setQueryData(sessionKey, null);
  const passing = status >= 500 || status === 401 || status === 408 || status === 425 || status === 429;
  return passing ? { retry: true } : { retry: false, sentence: detail };
}
