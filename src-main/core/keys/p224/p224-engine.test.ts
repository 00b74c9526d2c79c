import { execFileSync } from 'node:child_process';
import { createECDH, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { buildP224 } from '../../../../tools/build/p224.ts';
import { AppError } from '../../platform/errors.ts';
import { wycheproofCases } from '../vectors/wycheproof.ts';
import { loadEngine } from './load-engine.ts';
import { nobleEngine, type P224Engine, P224Point, p224Curve, randomScalars, readNumber, writeNumber } from './p224.ts';
import { createWasmEngine } from './wasm-engine.ts';

const long = process.env.P224_LONG === '1';
const { n, p } = p224Curve;
const NAMES = ['plain', 'fused'] as const;
type Name = (typeof NAMES)[number];
const bytes = {} as Record<Name, Uint8Array>;
const engines = {} as Record<Name, P224Engine>;

beforeAll(async () => {
  const paths = await buildP224();
  for (const name of NAMES) {
    bytes[name] = new Uint8Array(readFileSync(paths[name]));
    engines[name] = loadEngine([{ name, read: () => bytes[name] }], (reason) => {
      throw new Error(reason);
    });
  }
}, 60_000);

const bytesOf = (...values: bigint[]) => {
  const out = new Uint8Array(values.length * 28);
  for (const [i, value] of values.entries()) writeNumber(out, i, value);
  return out;
};
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');
const concat = (parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const G = P224Point.BASE.toBytes(false);

// The ends of the range, ends of digits, and scalars where the running point meets what is added to
// it (58 and n - 58 with digits of 4 bits; 255 * 2^217 - n and its opposite with digits of 8 bits).
const special = [
  ...[1n, 2n, 3n, 15n, 16n, 17n, 31n, 32n, 33n, 57n, 58n, 59n, 64n].flatMap((k) => [k, n - k]),
  ...Array.from({ length: 9 }, (_, i) => 1n << BigInt(25 * i)),
  255n * 2n ** 217n - n,
  2n * n - 255n * 2n ** 217n,
  2n ** 223n,
  2n ** 216n - 1n,
  (n - 1n) / 2n,
  (n + 1n) / 2n,
];

describe.each(NAMES)('%s', (name) => {
  const engine = () => engines[name];

  test('all Wycheproof cases, in one batch', () => {
    const cases = wycheproofCases();
    const { x, ok } = engine().sharedX(concat(cases.map((one) => one.scalar)), concat(cases.map((one) => one.point)));
    expect([...ok]).toEqual(cases.map((one) => (one.valid ? 1 : 0)));
    for (const [i, one] of cases.entries())
      if (one.valid) expect(hex(x.subarray(i * 28, i * 28 + 28))).toBe(one.shared);
  });

  test('special scalars, for the base point and another one', () => {
    const scalars = bytesOf(...special);
    expect(hex(engine().derivePublicX(scalars))).toBe(hex(nobleEngine.derivePublicX(scalars)));
    const other = P224Point.BASE.multiply(123456789n).toBytes(false);
    for (const point of [G, other]) {
      const points = concat(special.map(() => point));
      const mine = engine().sharedX(scalars, points);
      expect(hex(mine.x)).toBe(hex(nobleEngine.sharedX(scalars, points).x));
      expect(mine.ok.every((one) => one === 1)).toBe(true);
    }
  });

  test('equal points in an addition are noticed, and left to noble', () => {
    const spy = vi.spyOn(nobleEngine, 'derivePublicX');
    const met = 255n * 2n ** 217n - n;
    engine().derivePublicX(bytesOf(5n, met, 7n, n - met));
    expect(spy.mock.calls.map(([scalars]) => hex(scalars))).toEqual([hex(bytesOf(met)), hex(bytesOf(n - met))]);
    spy.mockRestore();
  });

  test('every count up to a few vectors, and none', () => {
    const scalars = randomScalars(35, randomBytes);
    const expected = hex(nobleEngine.derivePublicX(scalars));
    for (let count = 0; count <= 35; count++) {
      expect(hex(engine().derivePublicX(scalars.subarray(0, count * 28)))).toBe(expected.slice(0, count * 56));
    }
    const points = concat(Array.from({ length: 9 }, (_, i) => P224Point.BASE.multiply(BigInt(i + 1)).toBytes(false)));
    const shared = hex(nobleEngine.sharedX(scalars.subarray(0, 9 * 28), points).x);
    for (let count = 0; count <= 9; count++) {
      const { x, ok } = engine().sharedX(scalars.subarray(0, count * 28), points.subarray(0, count * 57));
      expect(hex(x)).toBe(shared.slice(0, count * 56));
      expect(ok).toEqual(new Uint8Array(count).fill(1));
    }
  });

  describe('what is not a point or a scalar', () => {
    const y = readNumber(G.subarray(29), 0);
    const coordinates = (first: number, x: bigint, ordinate: bigint) =>
      concat([Uint8Array.of(first), bytesOf(x), bytesOf(ordinate)]);
    const { Gx } = p224Curve;
    const bad = [
      coordinates(4, Gx, y + 1n),
      coordinates(4, Gx ^ 1n, y),
      coordinates(4, y, Gx),
      coordinates(2, Gx, y),
      coordinates(0, Gx, y),
      coordinates(6, Gx, y),
      coordinates(4, 0n, 0n),
      coordinates(4, p, y),
      coordinates(4, Gx, p),
      coordinates(4, 2n ** 224n - 1n, 2n ** 224n - 1n),
      new Uint8Array(57),
      new Uint8Array(57).fill(255),
    ];
    // X and Y below 2^224 - p can also be spelt p higher: the same number, another encoding.
    const small = Array.from({ length: 40 }, (_, i) => BigInt(i)).flatMap((x) => {
      try {
        return [P224Point.fromBytes(concat([Uint8Array.of(2), bytesOf(x)]))];
      } catch {
        return [];
      }
    });
    test('is marked, and leaves its neighbours alone', () => {
      const aliases = small.map((point) => coordinates(4, point.x + p, point.y));
      expect(aliases.length).toBeGreaterThan(5);
      const mixed = [...bad, ...aliases].flatMap((point) => [G, point, G]);
      const scalars = randomScalars(mixed.length, randomBytes);
      const mine = engine().sharedX(scalars, concat(mixed));
      const reference = nobleEngine.sharedX(scalars, concat(mixed));
      expect([...mine.ok]).toEqual(mixed.map((point) => (point === G ? 1 : 0)));
      expect(hex(mine.ok)).toBe(hex(reference.ok));
      expect(hex(mine.x)).toBe(hex(reference.x));
    });
    test('small X with leading zeros are points like any other', () => {
      const scalars = randomScalars(small.length, randomBytes);
      const points = concat(small.map((point) => point.toBytes(false)));
      expect(hex(engine().sharedX(scalars, points).x)).toBe(hex(nobleEngine.sharedX(scalars, points).x));
    });
    test.each([0n, n, n + 1n, 2n ** 224n - 1n])('scalar %d is refused', (scalar) => {
      expect(() => engine().derivePublicX(bytesOf(5n, scalar))).toThrow(AppError);
      expect(() => engine().sharedX(bytesOf(scalar), G)).toThrow(AppError);
    });
  });
});

test('both equal node:crypto and noble on random input', { timeout: 3_600_000 }, () => {
  const total = long ? 300_000 : 2057;
  const ecdh = createECDH('secp224r1');
  const sizes = [1, 5, 2051];
  let own = Buffer.from(G);
  for (let done = 0, round = 0; done < total; round++) {
    const count = sizes[round % sizes.length]!;
    done += count;
    const scalars = randomScalars(count, randomBytes);
    const points = new Uint8Array(count * 57);
    const expected = { publicX: new Uint8Array(count * 28), sharedX: new Uint8Array(count * 28) };
    for (let i = 0; i < count; i++) {
      // Each scalar with the public key of the one before it.
      points.set(own, i * 57);
      ecdh.setPrivateKey(scalars.subarray(i * 28, i * 28 + 28));
      expected.sharedX.set(ecdh.computeSecret(own), i * 28);
      own = ecdh.getPublicKey();
      expected.publicX.set(own.subarray(1, 29), i * 28);
    }
    const sample = Math.min(count, 40);
    const some = nobleEngine.sharedX(scalars.subarray(0, sample * 28), points.subarray(0, sample * 57));
    for (const engine of Object.values(engines)) {
      expect(Buffer.compare(engine.derivePublicX(scalars), expected.publicX)).toBe(0);
      const { x, ok } = engine.sharedX(scalars, points);
      expect(Buffer.compare(x, expected.sharedX)).toBe(0);
      expect(ok.every((one) => one === 1)).toBe(true);
      expect(hex(some.x)).toBe(hex(x.subarray(0, sample * 28)));
    }
  }
});

test.each(NAMES)('the memory of %s after a call is what it was before', (name) => {
  const made = vi.spyOn(WebAssembly, 'Instance');
  const own = createWasmEngine(name, bytes[name]);
  const { exports } = made.mock.results[0]!.value as { exports: { memory: WebAssembly.Memory } };
  made.mockRestore();
  const memory = new Uint8Array(exports.memory.buffer);
  const before = memory.slice();
  const scalars = randomScalars(9, randomBytes);
  own.derivePublicX(scalars);
  expect(Buffer.compare(memory, before)).toBe(0);
  own.sharedX(scalars, concat(Array.from({ length: 9 }, () => G)));
  expect(Buffer.compare(memory, before)).toBe(0);
});

test.each([
  [
    'missing',
    /missing/,
    () => {
      throw new Error('p224.wasm is missing');
    },
  ],
  ['damaged', /./, () => new Uint8Array([0, 97, 115, 109, 9])],
  ['wrong in one addition', /self-test/, () => patched('plain', [0xce, 1], [0xd1, 1], 3)],
  ['wrong in one product', /self-test/, () => patched('plain', [0xde, 1], [0xdf, 1], 11)],
  ['wrong in a constant', /self-test/, () => withOneBitChanged(bytesOf2p())],
  ['wrong in one fused product', /self-test/, () => patched('fused', RELAXED_MADD, RELAXED_NMADD, 60)],
  ['wrong in one carry', /self-test/, () => patched('fused', F64X2_ADD, F64X2_SUB, 20)],
])('a module that is %s leaves the next, or noble, in its place, and says why', (_, reason, read) => {
  const reasons: string[] = [];
  const bad = { name: 'bad', read };
  expect(loadEngine([bad], (text) => reasons.push(text)).name).toBe('noble');
  expect(loadEngine([bad, { name: 'next', read: () => bytes.plain }], (text) => reasons.push(text)).name).toBe('next');
  expect(reasons).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)]);
});

test('without a fused multiply-add, the integers compute', () => {
  const script = `import { p224Engine } from ${JSON.stringify(import.meta.resolve('./load-engine.ts'))};
    const reasons = []; console.log(p224Engine((reason) => reasons.push(reason)).name, reasons.join());`;
  const run = (...flags: string[]) =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '-e', script], { encoding: 'utf8' }).trim();
  expect(run()).toBe('wasm-fused');
  // A flag of V8 for processors of Intel and AMD, which then round twice.
  if (process.arch === 'x64') expect(run('--no-enable-fma3')).toMatch(/^wasm-simd .*fused multiply-add/);
});

const RELAXED_MADD = [0x87, 2];
const RELAXED_NMADD = [0x88, 2];
const F64X2_ADD = [0xf0, 1];
const F64X2_SUB = [0xf1, 1];

/** The module with the nth SIMD instruction of this opcode replaced by another that takes the same operands. */
function patched(name: Name, opcode: readonly number[], by: readonly number[], nth: number): Uint8Array {
  const changed = bytes[name].slice();
  let at = -1;
  for (let i = 0; i < nth; i++) at = Buffer.from(changed.buffer).indexOf(Uint8Array.of(0xfd, ...opcode), at + 1);
  expect(at).toBeGreaterThan(0);
  changed.set(by, at + 1);
  return changed;
}

/** Two limbs of 2p as element.as spells it. */
const bytesOf2p = () => Buffer.from(Uint32Array.of(0x1ffffffe, 0x1fffdffe).buffer);

function withOneBitChanged(constant: Buffer): Uint8Array {
  const changed = bytes.plain.slice();
  const at = Buffer.from(changed.buffer).indexOf(constant);
  expect(at).toBeGreaterThan(0);
  changed[at]! ^= 1;
  return changed;
}
