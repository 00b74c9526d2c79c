import L from 'leaflet';
import { resolveColor } from '../../theme/status.ts';
import { TILE } from './draw-tile.ts';
import { TileFile } from './tile-file-client.ts';
import type { TilesFrom } from './tile-file-worker.ts';

/** A PMTiles file or the packs of this workstation as a base map, pictures or vectors, drawn off the UI thread. */
export class TileFileLayer extends L.GridLayer {
  readonly #cancels = new WeakMap<HTMLElement, () => void>();
  readonly #file: TileFile;

  /** @param from its address is a path on this console */
  constructor(from: TilesFrom, options: L.GridLayerOptions) {
    super({ tileSize: TILE, updateWhenZooming: false, keepBuffer: 3, ...options });
    this.#file = new TileFile({ ...from, url: new URL(from.url, window.location.href).href });
    this.on('tileunload', (event) => this.#cancels.get((event as L.TileEvent).tile)?.());
    this.on('remove', () => this.#file.close());
  }

  override createTile(tile: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas');
    const ratio = Math.min(2, Math.ceil(window.devicePixelRatio || 1));
    canvas.width = canvas.height = TILE * ratio;
    const colors = {
      land: resolveColor('var(--map-land)'),
      sea: resolveColor('var(--map-sea)'),
      border: resolveColor('var(--map-border)'),
      road: resolveColor('var(--map-road)'),
      casing: resolveColor('var(--map-casing)'),
      highway: resolveColor('var(--map-highway)'),
      urban: resolveColor('var(--map-urban)'),
      building: resolveColor('var(--map-building)'),
      green: resolveColor('var(--map-green)'),
      label: resolveColor('var(--mantine-color-dimmed)'),
    };
    const request = this.#file.draw({ x: tile.x, y: tile.y, z: tile.z }, ratio, colors);
    this.#cancels.set(canvas, request.cancel);
    request.done.then(
      (bitmap) => {
        if (bitmap) canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
        done(undefined, canvas);
      },
      (error: Error) => done(error, canvas),
    );
    return canvas;
  }
}
