import type { Place, Shapes } from './bundled-files.ts';
import type { MapColors } from './draw-tile.ts';
import { type Box, NAME_HEIGHT, type NameKind, placeNames, type View } from './place-names.ts';

const FAMILY = '"Inter Variable", system-ui, sans-serif';
const fonts: Record<NameKind, string> = {
  country: `600 11px ${FAMILY}`,
  place: `500 11px ${FAMILY}`,
  province: `italic 400 11px ${FAMILY}`,
};
/** What a name's halo adds to it. Pixels. */
const HALO = 3;

/**
 * Writes the names of a view that have room.
 * @param context scaled to CSS pixels, its origin at the view's corner
 */
export function drawPlaceNames(
  context: OffscreenCanvasRenderingContext2D,
  view: View,
  { shapes, places, taken }: { shapes: readonly Shapes[]; places: readonly Place[][]; taken: readonly Box[] },
  colors: MapColors,
): void {
  const widthOf = (text: string, kind: NameKind) => {
    context.font = fonts[kind];
    return context.measureText(text).width + HALO;
  };
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = HALO;
  context.strokeStyle = colors.land;
  context.fillStyle = colors.label;
  for (const { kind, text, x, y, dot } of placeNames(view, shapes, places, taken, widthOf)) {
    // What a name reaches beyond the view is not seen.
    if (y < -NAME_HEIGHT || y > view.height + NAME_HEIGHT) continue;
    context.font = fonts[kind];
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
    if (!dot) continue;
    context.beginPath();
    context.arc(dot.x, dot.y, 2, 0, 2 * Math.PI);
    context.fill();
  }
}
