import type { OutboxEntry, ScannerSettings, WorkstationState } from '../../../src-shared/contract/workstation.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { WRONG_CLOCK_MS } from './clock.ts';
import { signInDays } from './people.ts';
import { unseenDamagedFiles } from './store/damaged-files-store.ts';
import { countDevices } from './store/devices-store.ts';
import { countDifferences } from './store/differences-store.ts';
import { readFact } from './store/facts-store.ts';
import { countOrders } from './store/orders-store.ts';
import { countOutbox, type OutboxRow } from './store/outbox-store.ts';
import { findPersonById } from './store/people-store.ts';
import type { Store } from './store/store.ts';
import { contactAt, devicesLoaded, type Workstation } from './workstation.ts';

const isoOrNull = (at: number | null) => (at ? new Date(at).toISOString() : null);

/** Counted at most this often: a million rows take some milliseconds. */
const COUNT_MS = 10_000;
const counts = new WeakMap<Store, { at: number; devices: number }>();
function devicesOf({ store, clock }: Workstation): number {
  const known = counts.get(store);
  if (known && clock.own() - known.at < COUNT_MS) return known.devices;
  const made = { at: clock.own(), devices: countDevices(store) };
  counts.set(store, made);
  return made.devices;
}

const scannerOf = (store: Store): ScannerSettings =>
  readFact<ScannerSettings>(store, 'scanner') ?? { prefix: '', suffix: '' };

/** The workstation as the contract shows it. */
export function describeWorkstation(workstation: Workstation): WorkstationState {
  const { store, link, clock } = workstation;
  const { waiting, oldestAt, conflicts } = countOutbox(store);
  const offset = clock.offset();
  return {
    link: link.state(),
    since: new Date(link.since() + offset).toISOString(),
    keepsCopy: workstation.keepsCopy,
    lastContactAt: isoOrNull(link.state() === 'offline' ? contactAt(store) : clock.now().getTime()),
    copiedAt: isoOrNull(readFact<number>(store, 'synced-at')),
    copyComplete: devicesLoaded(store),
    devices: devicesOf(workstation),
    orders: countOrders(store),
    outbox: {
      waiting,
      oldestAt: isoOrNull(oldestAt === null ? null : oldestAt + offset),
      oldestSeconds: oldestAt === null ? null : Math.max(0, Math.round((clock.own() - oldestAt) / 1000)),
      conflicts,
    },
    differences: countDifferences(store),
    clockOffsetMs: Math.abs(offset) > WRONG_CLOCK_MS ? offset : 0,
    signInDays: signInDays(workstation),
    problem: workstation.problem ?? workstation.delay,
    storeBytes: store.size(),
    damagedFiles: unseenDamagedFiles(store).map((file) => ({ ...file, foundAt: new Date(file.foundAt).toISOString() })),
    scanner: scannerOf(store),
  };
}

/** The same for a client's user: nothing of what the company keeps here. */
export const describeForClient = (state: WorkstationState): WorkstationState => ({
  ...state,
  devices: 0,
  orders: 0,
  outbox: { waiting: 0, oldestAt: null, oldestSeconds: null, conflicts: 0 },
  differences: { toSettle: 0, toTakeOut: 0, toPutBack: 0 },
  problem: null,
  storeBytes: 0,
  damagedFiles: [],
});

/** A row of the outbox as the contract shows it; null for audit entries, which no list shows. */
export function describeEntry({ store }: Workstation, row: OutboxRow): OutboxEntry | null {
  const { request, answer, centralAnswer: central } = row;
  if (request.kind === 'audit' || answer === null || row.orderId === null) return null;
  return {
    id: row.sequence,
    mutationId: row.mutationId,
    kind: request.kind,
    state: row.state,
    orderId: row.orderId,
    orderNumber: orderNumber(row.orderId),
    scanned: answer.scanned,
    macAddress: answer.macAddress,
    // Whoever was disabled since is not remembered here, but did it all the same.
    by: request.by ?? (row.userId === null ? null : findPersonById(store, row.userId)?.displayName) ?? '',
    at: answer.scannedAt,
    told: answer,
    central: central && {
      result: 'result' in central ? central.result : null,
      refusal: 'problem' in central ? central.problem.detail : null,
    },
    attempts: row.attempts,
    lastError: row.lastError,
    settlement: row.settlement && {
      action: row.settlement.action,
      by: row.settlement.by,
      at: row.settlement.at,
      note: row.settlement.note,
    },
  };
}
