/** A scanner that reads the same label twice within this time was held over it, not moved to another device. */
const DOUBLE_READ_MS = 1_000;

/**
 * Says whether a code was read just now already. A jammed scanner that repeats itself stays ignored for as long as it
 * does, because each read counts from the last.
 * @returns a function of the code (normalised) and the time in milliseconds
 */
export function createDoubleReadFilter(): (code: string, at: number) => boolean {
  const lastReadAt = new Map<string, number>();
  return (code, at) => {
    const before = lastReadAt.get(code);
    for (const [known, when] of lastReadAt) if (at - when > DOUBLE_READ_MS) lastReadAt.delete(known);
    lastReadAt.set(code, at);
    return before !== undefined && at - before <= DOUBLE_READ_MS;
  };
}
