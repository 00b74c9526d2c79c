import { expect, it } from 'vitest';
import { leavesBy, type ScannedDevice, type ScannedOrder, scanOutcome, workingState } from './allocation.ts';

const order = (change: Partial<ScannedOrder> = {}): ScannedOrder => ({
  id: 1,
  quantity: 2,
  allocatedCount: 0,
  state: 'open',
  ...change,
});
const device = (change: Partial<ScannedDevice> = {}): ScannedDevice => ({
  manufactured: true,
  retired: false,
  heldBy: null,
  ...change,
});
const MAC = 'AA:BB:CC:DD:EE:FF';

it('judges in order: each outcome hides those after it', () => {
  const full = order({ allocatedCount: 2, state: 'filled' });
  const closed = order({ allocatedCount: 2, state: 'closed' });
  expect(scanOutcome(closed, null, null)).toBe('malformed');
  expect(scanOutcome(closed, MAC, null)).toBe('order-closed');
  expect(scanOutcome({ ...closed, state: 'cancelled' }, MAC, device())).toBe('order-closed');
  expect(scanOutcome(full, MAC, null)).toBe('unknown-mac');
  expect(scanOutcome(full, MAC, device({ manufactured: false }))).toBe('not-manufactured');
  expect(scanOutcome(full, MAC, device({ heldBy: 1 }))).toBe('already-in-this-order');
  expect(scanOutcome(full, MAC, device({ heldBy: 2 }))).toBe('in-another-order');
  expect(scanOutcome(full, MAC, device())).toBe('order-full');
  expect(scanOutcome(order(), MAC, device())).toBe('allocated');
});

it('counts an order as filled from its quantity on', () => {
  expect(workingState({ quantity: 2, allocatedCount: 1 })).toBe('open');
  expect(workingState({ quantity: 2, allocatedCount: 2 })).toBe('filled');
});

it('what was shipped is returned from a cancelled order, or long after its scan; all else was never meant', () => {
  const allocatedAt = new Date('2026-11-01T00:00:00Z');
  const after = (hours: number, hasCounted: boolean, cancelling = false) =>
    leavesBy({ allocatedAt, hasCounted }, { now: new Date(allocatedAt.getTime() + hours * 3_600_000), cancelling });
  expect([after(24, true), after(25, true), after(25, false)]).toEqual(['undo', 'return', 'undo']);
  expect([after(1, true, true), after(1, false, true)]).toEqual(['return', 'undo']);
});
