import type { Console, ConsoleTrouble } from '../../../src-shared/contract/consoles.ts';
import { isDown } from '../../../src-shared/domain/part-state.ts';

/** How often a console says how it is. */
export const REPORT_MS = 30_000;
/** Some reports are missed while a network is slow; a console that misses more is gone. */
const SILENT_MS = 5 * 60_000;
/** A working link sends what waits in less. */
const WAITING_MS = 10 * 60_000;
/** What logs, a growing copy and one export need. */
const DISK_FREE_BYTES = 1024 ** 3;
/** From here on, what is dated by that clock is seen to be wrong. */
const CLOCK_OFF_MS = 30_000;

/** What is wrong with a console at a time, the worst first. One that was stopped in order is only asked what waits there. */
export function troublesOf(told: Omit<Console, 'troubles'>, at: Date): ConsoleTrouble[] {
  const { outbox } = told;
  const runs = told.stoppedAt === null;
  const silent = runs && at.getTime() - Date.parse(told.seenAt) > SILENT_MS;
  const old = outbox.oldestAt !== null && at.getTime() - Date.parse(outbox.oldestAt) > WAITING_MS;
  const found: [ConsoleTrouble, boolean][] = [
    ['conflicts', outbox.conflicts > 0],
    ['silent', silent],
    ['waiting', outbox.waiting > 0 && (old || silent || !runs)],
    ['engine-down', runs && told.engines.some(({ state }) => isDown(state))],
    ['disk-full', runs && told.diskFreeBytes !== null && told.diskFreeBytes < DISK_FREE_BYTES],
    ['clock-off', runs && Math.abs(told.clockOffsetMs) > CLOCK_OFF_MS],
    ['keys-locked', runs && told.keyState === 'locked'],
  ];
  return found.flatMap(([trouble, holds]) => (holds ? [trouble] : []));
}
