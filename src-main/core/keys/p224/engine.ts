import { readFileSync } from 'node:fs';
import { nobleEngine, type P224Engine } from '../p224.ts';
import { selfTest } from './self-test.ts';
import { createWasmEngine } from './wasm-engine.ts';

/** In out/, as seen from this file, from a bundle in out/main and from a part of one in out/main/chunks. */
const PLACES = ['../../../../out/p224.wasm', '../p224.wasm', '../../p224.wasm'];

let engine: P224Engine | null = null;

/**
 * The P-224 engine of this thread, made and tested at the first call: WebAssembly, or noble (slower, the same results)
 * where the module is missing, can't run or fails its self-test; `onFallback` is then told why, once.
 */
export function p224Engine(onFallback: (reason: string) => void = () => {}): P224Engine {
  engine ??= loadEngine(readModule, onFallback);
  return engine;
}

/** Makes and tests an engine from the bytes that `read` returns. */
export function loadEngine(read: () => Uint8Array, onFallback: (reason: string) => void): P224Engine {
  try {
    const made = createWasmEngine(read());
    selfTest(made);
    return made;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    onFallback(`P-224 runs without WebAssembly, and slower: ${reason}`);
    return nobleEngine;
  }
}

function readModule(): Uint8Array {
  for (const place of PLACES) {
    try {
      return new Uint8Array(readFileSync(new URL(place, import.meta.url)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('p224.wasm is missing (npm run build makes it)');
}
