/** Builds p224.wasm; returns its path. Throws with the compiler's messages when the source does not compile. */
export function buildP224(options?: { ifMissing?: boolean }): Promise<string>;
