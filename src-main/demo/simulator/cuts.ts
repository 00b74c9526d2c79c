import type { Faults } from './faults.ts';
import { seededRandom } from './random.ts';

/** What a server has of one id of a request, newest first. */
export interface Group<Report> {
  id: string;
  reports: readonly Report[];
}

const HOUR_MS = 3_600_000;

/**
 * Cuts an answer as servers do that don't say so: by keys, by their place in the request, by age, by reports, at random.
 * `groups` are in the order of the request; `request` is its number.
 */
export function cutAnswer<Report extends { at: number }>(
  groups: readonly Group<Report>[],
  faults: Faults,
  { seed, request, now }: { seed: string | number; request: number; now: number },
): { id: string; report: Report }[] {
  if (faults.limited) return [];
  const draw = (fault: string, ...parts: (string | number)[]) => seededRandom(seed, fault, request, ...parts);
  let left = groups.filter(({ id }) => !(faults.omitKeys > 0 && draw('omitKeys', id).chance(faults.omitKeys)));
  if (faults.lastKeys > 0) {
    const asked = groups.slice(-faults.lastKeys).map(({ id }) => id);
    left = left.filter(({ id }) => asked.includes(id));
  }
  if (faults.forgetHours > 0) {
    const oldest = now - faults.forgetHours * HOUR_MS;
    left = left.map(({ id, reports }) => ({ id, reports: reports.filter(({ at }) => at >= oldest) }));
  }
  left = left.filter(({ reports }) => reports.length > 0);
  if (!faults.asAsked) {
    left.sort((one, other) => other.reports.length - one.reports.length || (one.id < other.id ? -1 : 1));
  }
  if (faults.keyCap > 0) left = left.slice(0, faults.keyCap);
  const items = left.flatMap(({ id, reports }) => reports.map((report) => ({ id, report })));
  const odd = Math.floor(now / HOUR_MS) % 2 === 1;
  const cap = (odd && faults.capOddHours) || faults.cap || Number.POSITIVE_INFINITY;
  const chance = draw('randomCut');
  const most = faults.randomCut > 0 && chance.chance(faults.randomCut) ? chance.below(items.length + 1) : items.length;
  return items.slice(0, Math.min(cap, most));
}
