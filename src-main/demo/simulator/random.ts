/**
 * Seeded random numbers, not cryptographic: the same seed gives the same world. Each use takes a stream of its own,
 * named by what it is for, so that a further draw in one place changes nothing elsewhere.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Whole number, uniform in [0, count). */
  below(count: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Standard normal. */
  normal(): number;
  /** Exponential with this mean. */
  exponential(mean: number): number;
  /** Poisson with this mean; exact for the small means that are used here. */
  poisson(mean: number): number;
}

/** The stream of a name: parts are joined, hashed to 128 bits, and feed sfc32. */
export function seededRandom(...name: readonly (string | number)[]): Random {
  let [a, b, c, d] = hash128(name.join('\u0000'));
  // sfc32 by Chris Doty-Humphrey (PractRand, public domain): 128 bits of state, passes its author's test suite.
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  const below = (count: number) => Math.floor(next() * count);
  const exponential = (mean: number) => -mean * Math.log(1 - next());
  return {
    next,
    below,
    exponential,
    between: (low, high) => low + (high - low) * next(),
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)]!,
    // Box-Muller; the second value is not kept, so that a stream has no hidden state.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    poisson(mean) {
      let count = 0;
      for (let sum = exponential(1); sum < mean; sum += exponential(1)) count++;
      return count;
    },
  };
}

// MurmurHash3's mixing over four lanes (Austin Appleby, public domain): spreads similar names far apart.
function hash128(text: string): [number, number, number, number] {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x2545f491];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0xcc9e2d51);
    b = Math.imul(b ^ code, 0x1b873593);
    c = Math.imul(c ^ code, 0x85ebca6b);
    d = Math.imul(d ^ code, 0xc2b2ae35);
    a ^= a >>> 15;
    b ^= b >>> 15;
    c ^= c >>> 15;
    d ^= d >>> 15;
  }
  return [finish(a + b), finish(b + c), finish(c + d), finish(d + a)];
}

function finish(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
