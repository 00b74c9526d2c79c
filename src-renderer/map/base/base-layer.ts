import L from 'leaflet';
import { resolveColor } from '../../theme/status.ts';
import { type MapColors, TILE } from './draw-tile.ts';
import { requestTile } from './vector-client.ts';

/**
 * The bundled base map: countries in the colours of the scheme, drawn off the UI thread. Needs no network beyond the
 * console itself. Call `redraw()` when the colour scheme changes.
 */
export class VectorBaseLayer extends L.GridLayer {
  readonly #cancels = new WeakMap<HTMLElement, () => void>();

  readonly #named: boolean;

  /** @param named whether the names are in the tiles; else they come as a layer of their own */
  constructor({ named }: { named: boolean }) {
    super({ tileSize: TILE, updateWhenZooming: false, keepBuffer: 3 });
    this.#named = named;
    this.on('tileunload', (event) => this.#cancels.get((event as L.TileEvent).tile)?.());
  }

  override createTile({ x, y, z }: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas');
    const ratio = pixelRatio();
    canvas.width = canvas.height = TILE * ratio;
    const tile = { x, y, z };
    const request = requestTile({ tile, named: this.#named }, ratio, mapColors(), (bitmap, final) => {
      canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
      canvas.toggleAttribute('data-provisional', !final);
    });
    this.#cancels.set(canvas, request.cancel);
    request.done.then(
      () => done(undefined, canvas),
      (error: Error) => done(error, canvas),
    );
    return canvas;
  }
}

export const pixelRatio = (): number => Math.min(2, Math.ceil(window.devicePixelRatio || 1));

export const mapColors = (): MapColors => ({
  land: resolveColor('var(--map-land)'),
  sea: resolveColor('var(--map-sea)'),
  border: resolveColor('var(--map-border)'),
  label: resolveColor('var(--mantine-color-dimmed)'),
});
