/** How many payloads are remembered in all: 8 bytes each, and as much again while they are kept. */
const MOST = 2_000_000;
/** And of one tracker. */
const MOST_EACH = 8192;
/** After a day the database is asked about everything again: it may have lost what it had. */
const FORGET_MS = 24 * 3_600_000;

interface Seen {
  since: number;
  /** Sorted. */
  marks: Float64Array;
}

/**
 * A mark of 53 bits: two lanes of multiplying and rotating, mixed at the end as MurmurHash3 does it (Austin Appleby, public
 * domain). Among 500 payloads of a tracker a new one has a known mark once in 10^13.
 */
export function markOf(payload: Uint8Array): number {
  let a = payload.length;
  let b = ~payload.length;
  for (let at = 0; at < payload.length; at += 4) {
    // Beyond the end there are zeros.
    const word =
      (payload[at]! << 24) | ((payload[at + 1] ?? 0) << 16) | ((payload[at + 2] ?? 0) << 8) | (payload[at + 3] ?? 0);
    a = Math.imul(a ^ word, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ word, 0x1b873593);
    b = (b << 13) | (b >>> 19);
  }
  return (mixed(a ^ b) & 0x1f_ffff) * 2 ** 32 + mixed(b + Math.imul(a, 5));
}

function mixed(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The payloads of each tracker's last answers that the database has, so that they are neither hashed nor looked up again.
 * Sources give the same reports at each fetch for days. It is memory alone: what it lacks is looked up.
 */
export class SeenPayloads {
  /** The tracker that was answered longest ago comes first. */
  readonly #seen = new Map<number, Seen>();
  #count = 0;

  /** What is known of a tracker, as a test of marks; null when nothing is, or too long since. */
  of(trackerId: number, now: number): ((mark: number) => boolean) | null {
    const found = this.#seen.get(trackerId);
    if (!found || now < found.since || now - found.since >= FORGET_MS) return null;
    return (mark) => has(found.marks, mark);
  }

  /** Remembers payloads that the database has, besides those that were remembered and are not too old. */
  keep(trackerId: number, marks: readonly number[], now: number): void {
    const before = this.#seen.get(trackerId);
    const isGood = before && now >= before.since && now - before.since < FORGET_MS;
    const all = isGood ? new Set([...before.marks, ...marks]) : new Set(marks);
    const kept = Float64Array.from([...all].slice(-MOST_EACH)).sort();
    this.#seen.delete(trackerId);
    this.#seen.set(trackerId, { since: isGood ? before.since : now, marks: kept });
    this.#count += kept.length - (before?.marks.length ?? 0);
    for (const [id, { marks: oldest }] of this.#seen) {
      if (this.#count <= MOST) break;
      this.#seen.delete(id);
      this.#count -= oldest.length;
    }
  }
}

function has(sorted: Float64Array, mark: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < mark) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === mark;
}
