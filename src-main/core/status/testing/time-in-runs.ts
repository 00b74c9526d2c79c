export const MINUTE = 60_000;
export const START = Date.UTC(2026, 1, 26);
/** Reports are made at multiples of ten minutes. */
export const SLOTS = 4 * 24 * 6;
export const slotAt = (slot: number) => START + slot * 10 * MINUTE;

/** Which run a tracker was in at each slot, the first of which stands for all time before: an oracle of run periods. */
export class TimeInRuns {
  private slots: { run: number | null; part: number }[];
  private parts = 0;
  constructor(run: number | null) {
    this.slots = Array.from({ length: SLOTS + 3 }, () => ({ run, part: 0 }));
  }
  private startOf(part: number) {
    return this.slots.findIndex((slot) => slot.part === part) - 1;
  }
  present() {
    return this.slots.at(-1)!.run;
  }
  /** Whether it is allowed. `at` and `since` are places of slots. */
  move(run: number | null, at: number, since: number | 'now' | null): boolean {
    const present = this.slots.at(-1)!;
    if (present.run === run) return true;
    // Out of any run its part begins where the last run ended.
    const earliest = this.startOf(present.part);
    if (typeof since === 'number' && since < earliest) return false;
    const from = typeof since === 'number' ? since : Math.max(at, earliest);
    const before = this.slots[from];
    const part = before !== undefined && before.run === run ? before.part : ++this.parts;
    this.slots.fill({ run, part }, from + 1);
    return true;
  }
  /** The nth stretch in a run, from the earliest, was in another one; it becomes one with what it touches of that run. */
  correct(n: number, run: number): void {
    const one = this.stretches().filter((stretch) => stretch.run !== null)[n]!;
    const first = this.slots.findIndex(({ part }) => part === one.part);
    const end = this.slots.findLastIndex(({ part }) => part === one.part) + 1;
    const [before, after] = [this.slots[first - 1], this.slots[end]];
    const part = before?.run === run ? before.part : ++this.parts;
    this.slots.fill({ run, part }, first, end);
    if (after?.run === run) this.slots = this.slots.map((slot) => (slot.part === after.part ? { run, part } : slot));
  }
  stretches() {
    return [...Map.groupBy(this.slots.entries(), ([, { part }]) => part).values()].map((slots) => {
      const [first, last] = [slots[0]![0] - 1, slots.at(-1)![0] - 1];
      return {
        part: slots[0]![1].part,
        run: slots[0]![1].run,
        from: first < 0 ? -Infinity : slotAt(first),
        to: last > SLOTS ? Infinity : slotAt(last + 1),
      };
    });
  }
}
