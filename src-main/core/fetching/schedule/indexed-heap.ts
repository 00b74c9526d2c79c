/**
 * A binary heap of ids ordered by (score, id), which knows where each id is, so that one can be moved or taken out in
 * O(log n).
 */
export class IndexedHeap {
  readonly #ids: number[] = [];
  readonly #scores: number[] = [];
  readonly #position = new Map<number, number>();

  get size(): number {
    return this.#ids.length;
  }

  has(id: number): boolean {
    return this.#position.has(id);
  }

  /** The id with the lowest score, or null when empty. */
  peek(): { id: number; score: number } | null {
    return this.#ids.length === 0 ? null : { id: this.#ids[0]!, score: this.#scores[0]! };
  }

  /** Adds an id, or gives it another score. */
  set(id: number, score: number): void {
    const known = this.#position.get(id);
    const at = known ?? this.#ids.length;
    this.#put(at, id, score);
    this.#down(this.#up(at));
  }

  /** Takes an id out; false when it wasn't there. */
  delete(id: number): boolean {
    const at = this.#position.get(id);
    if (at === undefined) return false;
    const lastId = this.#ids.pop()!;
    const lastScore = this.#scores.pop()!;
    this.#position.delete(id);
    if (lastId !== id) {
      this.#put(at, lastId, lastScore);
      this.#down(this.#up(at));
    }
    return true;
  }

  /** How many ids have a score of at most `limit`: visits those and their children only. */
  countUpTo(limit: number): number {
    let count = 0;
    const visit = [0];
    for (let at = visit.pop(); at !== undefined; at = visit.pop()) {
      if (at >= this.#ids.length || this.#scores[at]! > limit) continue;
      count++;
      visit.push(2 * at + 1, 2 * at + 2);
    }
    return count;
  }

  /** The ids with a score above `limit`: looks at all. */
  above(limit: number): number[] {
    return this.#ids.filter((_, at) => this.#scores[at]! > limit);
  }

  #before(a: number, b: number): boolean {
    const difference = this.#scores[a]! - this.#scores[b]!;
    return difference < 0 || (difference === 0 && this.#ids[a]! < this.#ids[b]!);
  }

  #put(at: number, id: number, score: number): void {
    this.#ids[at] = id;
    this.#scores[at] = score;
    this.#position.set(id, at);
  }

  #swap(a: number, b: number): void {
    const id = this.#ids[a]!;
    const score = this.#scores[a]!;
    this.#put(a, this.#ids[b]!, this.#scores[b]!);
    this.#put(b, id, score);
  }

  #up(start: number): number {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
    return at;
  }

  #down(start: number): void {
    for (let at = start; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#ids.length && this.#before(child, least)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }
}
