/**
 * In which row a number was first seen: a hash table in two flat arrays, 12 bytes a slot, so that a million rows take
 * some 25 MB, where a Map of numbers takes four times that. Numbers are integers from 0 to 2^53 - 1.
 */
export class SeenRows {
  /** One more than the number; 0 is a free slot. */
  private keys = new Float64Array(1024);
  private rows = new Uint32Array(1024);
  private size = 0;

  /** Remembers where the number was seen. Returns the row in which it was seen before, or undefined the first time. */
  firstSeen(value: number, row: number): number | undefined {
    if (!Number.isSafeInteger(value) || value < 0 || value === Number.MAX_SAFE_INTEGER)
      throw new RangeError('a number to remember must be an integer from 0 to 2^53 - 2');
    const slot = this.slotOf(value + 1);
    if (this.keys[slot] !== 0) return this.rows[slot];
    this.keys[slot] = value + 1;
    this.rows[slot] = row;
    // Half full at most, so that a search stays short.
    if (++this.size * 2 > this.keys.length) this.grow();
    return undefined;
  }

  private slotOf(key: number): number {
    const mask = this.keys.length - 1;
    const high = Math.floor(key / 2 ** 32);
    // Multipliers of MurmurHash3's finaliser: neighbours, as ids are, land far apart.
    let hash = Math.imul((key % 2 ** 32) ^ Math.imul(high, 0x85ebca6b), 0xc2b2ae35);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (this.keys[slot] !== 0 && this.keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, rows } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.rows = new Uint32Array(keys.length * 2);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as number;
      if (key === 0) continue;
      const slot = this.slotOf(key);
      this.keys[slot] = key;
      this.rows[slot] = rows[i] as number;
    }
  }
}

/** A MAC address as the 48-bit number that it is. @param mac `AA:BB:CC:DD:EE:FF` */
export const macNumber = (mac: string) => Number.parseInt(mac.replaceAll(':', ''), 16);
