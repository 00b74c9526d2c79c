import type { PackMap } from './pack-file-store.ts';

/** A tile of more is no tile: the largest of common maps have some 500 kB. */
export const MOST_TILE_BYTES = 2_000_000;

/** Why a map can't be taken further, in words for whoever takes it. What was taken is kept. */
export class PackProblem extends Error {
  /** Whether the same may go well a moment later. */
  readonly passes: boolean;
  constructor(message: string, { passes = false, cause }: { passes?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'PackProblem';
    this.passes = passes;
  }
}

const starts = (bytes: Uint8Array, ...start: number[]) => start.every((byte, at) => bytes[at] === byte);

/**
 * What a tile is by its first bytes, whatever its server calls it. A vector tile says nothing of itself: it is what is
 * left, gzipped or beginning with a layer (Mapbox Vector Tile 2.1, field 3). Throws PackProblem for a web page and the like.
 */
export function formatOf(bytes: Uint8Array): PackMap['format'] {
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47)) return 'png';
  if (starts(bytes, 0xff, 0xd8, 0xff)) return 'jpg';
  if (starts(bytes, 0x52, 0x49, 0x46, 0x46) && bytes[8] === 0x57) return 'webp';
  if (starts(bytes, 0x1f, 0x8b) || starts(bytes, 0x1a)) return 'pbf';
  const text = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().toLowerCase();
  if (text.startsWith('<'))
    throw new PackProblem(
      'The server answers with a page instead of tiles. Check the address in the settings, and whether it asks for a login.',
    );
  throw new PackProblem('The server answers with something other than tiles. Check the address in the settings.');
}

/** A map is of pictures or of vectors; pictures of several kinds may be mixed. */
export const isVector = (format: PackMap['format']): boolean => format === 'pbf';
