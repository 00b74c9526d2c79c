import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { POINT_BYTES } from '../../../../src-shared/domain/find-my/payload.ts';
import { writeBaseTable } from './base-table.ts';
import { checkScalars, nobleEngine, type P224Engine, P224Point, p224Curve, writeNumber } from './p224.ts';

/** What wasm/index.as exports; each `…At` is an address in its memory. */
interface Exports {
  memory: { buffer: ArrayBuffer };
  init(): number;
  /** Whether the processor does what the module was built for. */
  suits(): number;
  setCurve(): void;
  tableAt(): number;
  scalarsAt(): number;
  pointsAt(): number;
  outputAt(): number;
  stateAt(): number;
  base(vectors: number): void;
  ecdh(vectors: number): void;
  wipe(): void;
  /** Where the constants and temporaries end and the data of a batch begins. */
  staticsEnd(): number;
}

export interface WasmEngine extends P224Engine {
  /** How many items the module has left to noble so far. */
  recomputed(): number;
}

/** The part of the WebAssembly interface in use; no library of types for Node alone declares it. */
interface WebAssemblyInterface {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };

/** Items a call; more of them share each inversion, and the working set still fits a processor's second cache. */
const BATCH = 2048;
const NOT_A_POINT = 0;
const UNDECIDED = 2;

const ONE = new Uint8Array(KEY_BYTES);
writeNumber(ONE, 0, 1n);
const GENERATOR = P224Point.BASE.toBytes(false);

/**
 * The engine over the module of these bytes (p224.wasm or p224-fused.wasm). What the module leaves undecided (equal or opposite points met in an
 * addition, which takes a scalar of a few special values such as n - 58) is computed by noble.
 */
export function createWasmEngine(name: string, bytes: Uint8Array): WasmEngine {
  const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports;
  if (!wasm.init()) throw new Error('no memory for the P-224 module');
  if (!wasm.suits()) throw new Error('this processor has no fused multiply-add');
  const memory = new Uint8Array(wasm.memory.buffer);
  const scalarsAt = wasm.scalarsAt();
  const pointsAt = wasm.pointsAt();
  const outputAt = wasm.outputAt();
  const stateAt = wasm.stateAt();

  for (const [index, value] of [p224Curve.b, p224Curve.Gx, p224Curve.Gy].entries()) {
    writeNumber(memory.subarray(scalarsAt), index, value);
  }
  wasm.setCurve();
  writeBaseTable(memory.subarray(wasm.tableAt()));
  wasm.wipe();
  const statics = memory.slice(0, wasm.staticsEnd());

  let recomputed = 0;

  /** Runs one batch and calls `onItem` with what became of each; private scalars are wiped whatever happens. */
  const run = (scalars: Uint8Array, points: Uint8Array | null, from: number, count: number, out: Uint8Array) => {
    // The rest of the last vector is filled up; for the base point, of the last four, which share their lookups.
    const vectors = points ? Math.ceil(count / 4) : Math.ceil(count / 16) * 4;
    try {
      memory.set(scalars.subarray(from * KEY_BYTES, (from + count) * KEY_BYTES), scalarsAt);
      if (points) memory.set(points.subarray(from * POINT_BYTES, (from + count) * POINT_BYTES), pointsAt);
      for (let i = count; i < vectors * 4; i++) {
        memory.set(ONE, scalarsAt + i * KEY_BYTES);
        memory.set(GENERATOR, pointsAt + i * POINT_BYTES);
      }
      if (points) wasm.ecdh(vectors);
      else wasm.base(vectors);
      out.set(memory.subarray(outputAt, outputAt + count * KEY_BYTES), from * KEY_BYTES);
      return memory.slice(stateAt, stateAt + count);
    } finally {
      wasm.wipe();
      memory.set(statics);
    }
  };

  return {
    name,
    recomputed: () => recomputed,
    derivePublicX(scalars) {
      const count = checkScalars(scalars);
      const x = new Uint8Array(count * KEY_BYTES);
      for (let from = 0; from < count; from += BATCH) {
        const state = run(scalars, null, from, Math.min(BATCH, count - from), x);
        for (const [i, one] of state.entries()) {
          if (one !== UNDECIDED) continue;
          recomputed++;
          x.set(nobleEngine.derivePublicX(itemOf(scalars, from + i)), (from + i) * KEY_BYTES);
        }
      }
      return x;
    },
    sharedX(scalars, points) {
      const count = checkScalars(scalars, points);
      const x = new Uint8Array(count * KEY_BYTES);
      const ok = new Uint8Array(count).fill(1);
      for (let from = 0; from < count; from += BATCH) {
        const state = run(scalars, points, from, Math.min(BATCH, count - from), x);
        for (const [i, one] of state.entries()) {
          const item = from + i;
          if (one === NOT_A_POINT) {
            ok[item] = 0;
            x.fill(0, item * KEY_BYTES, (item + 1) * KEY_BYTES);
          } else if (one === UNDECIDED) {
            recomputed++;
            const point = points.subarray(item * POINT_BYTES, (item + 1) * POINT_BYTES);
            x.set(nobleEngine.sharedX(itemOf(scalars, item), point).x, item * KEY_BYTES);
          }
        }
      }
      return { x, ok };
    },
  };
}

const itemOf = (scalars: Uint8Array, item: number) => scalars.subarray(item * KEY_BYTES, (item + 1) * KEY_BYTES);
