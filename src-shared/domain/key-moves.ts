/** The tracker `trackerId` gets all device keys that the tracker `keysOf` has. */
export interface KeyMove {
  trackerId: number;
  keysOf: number;
}

export type WrongMoves =
  | { kind: 'same'; trackerId: number }
  | { kind: 'twice'; trackerId: number }
  /** It gives its keys away and gets none. */
  | { kind: 'left-without'; trackerId: number }
  /** It gets keys while nobody gets its own. */
  | { kind: 'left-over'; trackerId: number };

/**
 * Whether moves are one set: each tracker that gives its keys gets another's, and the other way round, so that every
 * key has a tracker and every tracker has keys. Null when they are.
 */
export function wrongMoves(moves: readonly KeyMove[]): WrongMoves | null {
  const getting = new Set<number>();
  const giving = new Set<number>();
  for (const { trackerId, keysOf } of moves) {
    if (trackerId === keysOf) return { kind: 'same', trackerId };
    if (getting.has(trackerId)) return { kind: 'twice', trackerId };
    if (giving.has(keysOf)) return { kind: 'twice', trackerId: keysOf };
    getting.add(trackerId);
    giving.add(keysOf);
  }
  const without = moves.find(({ keysOf }) => !getting.has(keysOf));
  if (without) return { kind: 'left-without', trackerId: without.keysOf };
  const over = moves.find(({ trackerId }) => !giving.has(trackerId));
  return over ? { kind: 'left-over', trackerId: over.trackerId } : null;
}

/**
 * Moves as the rows of a file say them. Where a chain of them begins with a tracker that carries no label yet, that one
 * takes the keys that are over at the chain's end. `open` are the moves of chains that begin with a labelled tracker,
 * which would be left without keys. Each tracker must get, and give, at most once.
 */
export function closeChains(
  moves: readonly KeyMove[],
  hasLabel: (trackerId: number) => boolean,
): { closing: KeyMove[]; open: KeyMove[] } {
  const getting = new Set(moves.map(({ trackerId }) => trackerId));
  const byGiver = new Map(moves.map((move) => [move.keysOf, move]));
  const closing: KeyMove[] = [];
  const open: KeyMove[] = [];
  for (const first of moves) {
    if (getting.has(first.keysOf)) continue;
    const chain = [first];
    for (let next = byGiver.get(first.trackerId); next; next = byGiver.get(next.trackerId)) chain.push(next);
    if (hasLabel(first.keysOf)) open.push(...chain);
    else closing.push({ trackerId: first.keysOf, keysOf: chain.at(-1)!.trackerId });
  }
  return { closing, open };
}
