import { readFileSync } from 'node:fs';
import { nobleEngine, type P224Engine } from './p224.ts';
import { selfTest } from './self-test.ts';
import { createWasmEngine } from './wasm-engine.ts';

export interface EngineModule {
  name: string;
  /** The bytes of the WebAssembly module; throws where there are none. */
  read(): Uint8Array;
}

/** From the fastest on. The first one needs a processor with a fused multiply-add, as nearly all have. */
const MODULES: readonly EngineModule[] = [
  { name: 'wasm-fused', read: () => readModule('p224-fused.wasm') },
  { name: 'wasm-simd', read: () => readModule('p224.wasm') },
];

/** out/, as seen from this file, from a bundle in out/main and from a part of one in out/main/chunks. */
const PLACES = ['../../../../out/', '../', '../../'];

let engine: P224Engine | null = null;

/**
 * The P-224 engine of this thread, made and tested at the first call: WebAssembly, or noble (slower, the same results)
 * if there is no module that runs and passes its self-test; `onFallback` is told why, for each that doesn't.
 */
export function p224Engine(onFallback: (reason: string) => void = () => {}): P224Engine {
  engine ??= loadEngine(MODULES, onFallback);
  return engine;
}

/** Makes and tests an engine from the first module that works. */
export function loadEngine(modules: readonly EngineModule[], onFallback: (reason: string) => void): P224Engine {
  for (const { name, read } of modules) {
    try {
      const made = createWasmEngine(name, read());
      selfTest(made);
      return made;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onFallback(`P-224 runs without ${name}, and slower: ${reason}`);
    }
  }
  return nobleEngine;
}

function readModule(file: string): Uint8Array {
  for (const place of PLACES) {
    try {
      return new Uint8Array(readFileSync(new URL(place + file, import.meta.url)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`${file} is missing (npm run build makes it)`);
}
