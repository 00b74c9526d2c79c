import L from 'leaflet';
import { nearestCopy } from '../view.ts';
import type { HeatAnswer, HeatRequest } from './heat-worker.ts';

export interface Heat {
  cells: readonly (readonly [number, number, number])[];
  most: number;
}

/** Pixels around a cell that its glow reaches. */
const RADIUS = 26;
/** Part of the view drawn beyond its edges, so that a small move shows no empty border. */
const MARGIN = 0.15;

/**
 * Where trackers crowd, as a glow over the base map. It is drawn in a worker for the present view, moves along with the
 * map, and is drawn anew when the map has come to rest.
 */
export class HeatLayer extends L.Layer {
  readonly #canvas = document.createElement('canvas');
  readonly #worker = new Worker(new URL('./heat-worker.ts', import.meta.url), { type: 'module' });
  #heat: Heat | null = null;
  #lastId = 0;
  #place = { topLeft: L.point(0, 0), size: L.point(0, 0) };

  constructor() {
    super();
    this.#canvas.className = 'map-heat leaflet-zoom-hide';
    this.#worker.onmessage = ({ data }: MessageEvent<HeatAnswer>) => this.#put(data);
  }

  show(heat: Heat): void {
    this.#heat = heat;
    this.#draw();
  }

  override onAdd(map: L.Map): this {
    map.getPanes().overlayPane.append(this.#canvas);
    map.on('moveend', this.#draw, this);
    this.#draw();
    return this;
  }

  override onRemove(map: L.Map): this {
    map.off('moveend', this.#draw, this);
    this.#canvas.remove();
    this.#worker.terminate();
    return this;
  }

  #draw(): void {
    const map = this._map;
    if (!map || !this.#heat) return;
    const size = map.getSize();
    const margin = size.multiplyBy(MARGIN).round();
    this.#place = {
      topLeft: map.containerPointToLayerPoint([0, 0]).subtract(margin),
      size: size.add(margin.multiplyBy(2)),
    };
    this.#lastId += 1;
    const center = map.getCenter().lng;
    const points = this.#heat.cells.map(([longitude, latitude, count]) => {
      const { x, y } = map.latLngToContainerPoint([latitude, nearestCopy(longitude, center)]).add(margin);
      return { x, y, count };
    });
    const { x: width, y: height } = this.#place.size;
    if (width === 0 || height === 0) return;
    const request: HeatRequest = { id: this.#lastId, points, most: this.#heat.most, radius: RADIUS, width, height };
    this.#worker.postMessage(request);
  }

  /** Shows a picture, unless the map has moved on since it was asked for. */
  #put({ id, bitmap }: HeatAnswer): void {
    if (id !== this.#lastId) {
      bitmap.close();
      return;
    }
    this.#canvas.width = bitmap.width;
    this.#canvas.height = bitmap.height;
    L.DomUtil.setPosition(this.#canvas, this.#place.topLeft);
    this.#canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
  }
}
