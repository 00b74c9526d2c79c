import type { Position } from '../../../../src-shared/domain/geo/distance.ts';
import type { MadeFence } from './status-world.ts';
import { SLOTS, slotAt } from './time-in-runs.ts';

type Shape = Pick<MadeFence, 'radiusM' | 'corners'> & { position: Position };

const isSame = (a: Shape, b: Shape) =>
  a.radiusM === b.radiusM &&
  (a.corners === undefined) === (b.corners === undefined) &&
  a.position.longitude === b.position.longitude &&
  a.position.latitude === b.position.latitude;

/**
 * How a fence was at each slot, the first of which stands for all time before: an oracle of fences in time. Instants are
 * places of slots, and never before those of earlier calls.
 */
export class FenceInTime {
  private shapes: Shape[];
  private archived: boolean[];
  private attached = new Map<number, boolean[]>();
  /** What each run counts; one that is over keeps it. */
  private counted = new Map<number, MadeFence[]>();
  readonly id: number;
  private readonly kind: MadeFence['kind'];

  constructor({ id, kind, ...shape }: MadeFence, runs: readonly number[]) {
    this.id = id;
    this.kind = kind;
    this.shapes = Array.from({ length: SLOTS + 3 }, () => shape);
    this.archived = this.shapes.map(() => false);
    for (const run of runs) this.attach(run, 0);
  }
  shape() {
    return this.shapes.at(-1)!;
  }
  isAttached(run: number) {
    return this.attached.get(run)?.at(-1) ?? false;
  }
  isArchived() {
    return this.archived.at(-1)!;
  }
  /** Null `since`: it was wrong. */
  look(shape: Shape, since: number | null) {
    const present = this.shape();
    if (isSame(shape, present)) return;
    const began = this.shapes.findLastIndex((one) => one !== present) + 1;
    const from = since === null ? began : Math.max(began, since + 1);
    const before = this.shapes[from - 1];
    // What looks as it did before is the shape of before.
    this.shapes.fill(before !== undefined && isSame(before, shape) ? before : shape, from);
  }
  archive(isArchived: boolean, at: number) {
    this.archived.fill(isArchived, at + 1);
  }
  attach(run: number, at: number) {
    const known = this.attached.get(run);
    if (known) known.fill(true, at + 1);
    else
      this.attached.set(
        run,
        Array.from(this.shapes, () => true),
      );
  }
  detach(run: number, at: number) {
    this.attached.get(run)?.fill(false, at + 1);
  }
  /** These runs take up what is known now. */
  count(runs: readonly number[]) {
    for (const run of runs) this.counted.set(run, this.stretches(run));
  }
  countedIn(run: number | null): MadeFence[] {
    return this.counted.get(run ?? 0) ?? [];
  }
  private stretches(run: number): MadeFence[] {
    const attached = this.attached.get(run);
    const stretches: MadeFence[] = [];
    let open: Shape | null = null;
    for (const [n, shape] of this.shapes.entries()) {
      const present = attached?.[n] && !this.archived[n] ? shape : null;
      if (present === open) continue;
      const at = n === 0 ? -Infinity : slotAt(n - 1);
      if (open !== null) stretches.at(-1)!.to = at;
      if (present !== null) stretches.push({ id: this.id, kind: this.kind, ...present, from: at });
      open = present;
    }
    return stretches;
  }
}
