/** A code as shapes: paths in a box of `width` x `height` units. Filled, or stroked where `stroke` gives a width. */
export interface CodeShapes {
  width: number;
  height: number;
  paths: { d: string; stroke: number | null }[];
}

/** Where a code is drawn, in millimetres: the top left, and the size of one unit of its shapes. */
export interface CodePlace {
  x: number;
  y: number;
  across: number;
  down: number;
}

/** A dot of the common label printers, of 203 dots an inch. Printers of 300 dots draw such edges sharply enough. */
const DOT_MM = 25.4 / 203;
/** bwip-js draws a module this many units wide. */
const UNITS = 2;

/**
 * Places a code so that its modules are whole dots of a label printer: modules that are now eight dots wide and now nine
 * are what readers fail at. A code too fine for that fills its place as it is. Bars are stretched to the height they
 * have, a matrix stays square and in the middle.
 */
export function placeCode(
  mark: { code: string; x: number; y: number; width: number; height: number },
  shapes: Pick<CodeShapes, 'width' | 'height'>,
): CodePlace {
  const isLinear = mark.code === 'code128';
  const room = isLinear ? mark.width / shapes.width : Math.min(mark.width / shapes.width, mark.height / shapes.height);
  const dots = Math.floor((room * UNITS) / DOT_MM + 1e-6);
  const across = dots >= 2 ? (dots * DOT_MM) / UNITS : room;
  const down = isLinear ? mark.height / shapes.height : across;
  const onDot = (mm: number) => Math.round(mm / DOT_MM) * DOT_MM;
  return {
    x: onDot(mark.x + (mark.width - across * shapes.width) / 2),
    y: isLinear ? mark.y : onDot(mark.y + (mark.height - down * shapes.height) / 2),
    across,
    down,
  };
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
