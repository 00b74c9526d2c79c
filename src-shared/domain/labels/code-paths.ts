/** A code as shapes: paths in the box of `width` x `height` units, filled, or stroked where `stroke` gives a width. */
export interface CodeShapes {
  width: number;
  height: number;
  paths: { d: string; stroke: number | null }[];
}

/**
 * Reads the shapes out of the SVG that bwip-js draws (a viewBox, and paths that are either stroked lines, as in linear
 * codes, or filled areas, as in matrix codes). Throws when it finds none: a label without its code must not be printed.
 */
export function codeShapes(svg: string): CodeShapes {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const paths = [...svg.matchAll(/<path ([^>]*)\/?>/g)].map(([, attributes = '']) => ({
    d: / ?d="([^"]+)"/.exec(` ${attributes}`)?.[1] ?? '',
    stroke: Number(/stroke-width="([\d.]+)"/.exec(attributes)?.[1] ?? 0) || null,
  }));
  if (!width || !height || paths.length === 0 || paths.some((path) => path.d === ''))
    throw new Error('the code could not be drawn');
  return { width: Number(width), height: Number(height), paths };
}
