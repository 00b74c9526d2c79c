import { nobleEngine, type P224Engine } from '../p224.ts';

/** The engine of this thread. */
export function p224Engine(): P224Engine {
  return nobleEngine;
}
