/** A code as shapes: paths in a box of `width` x `height` units. Filled, or stroked where `stroke` gives a width. */
export interface CodeShapes {
  width: number;
  height: number;
  paths: { d: string; stroke: number | null }[];
}

/**
 * Reads the shapes out of the SVG that bwip-js draws: a viewBox, and paths that are stroked lines in linear codes and
 * filled areas in matrix codes. Throws when there are none, since a label must not be printed without its code.
 */
export function codeShapes(svg: string): CodeShapes {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const paths = [...svg.matchAll(/<path ([^<>]*)>/g)].map(([, attributes = '']) => ({
    d: / ?d="([^"]+)"/.exec(` ${attributes}`)?.[1] ?? '',
    stroke: Number(/stroke-width="([\d.]+)"/.exec(attributes)?.[1] ?? 0) || null,
  }));
  if (!width || !height || paths.length === 0 || paths.some((path) => path.d === ''))
    throw new Error('the code could not be drawn');
  return { width: Number(width), height: Number(height), paths };
}
