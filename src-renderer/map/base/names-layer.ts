import L from 'leaflet';
import { mapColors, pixelRatio } from './base-layer.ts';
import { boxesOfMarks, isMark } from './marks.ts';
import { requestNames } from './vector-client.ts';

/** Part of the view drawn beyond its edges, so that a small move shows no empty border. */
const MARGIN = 0.15;
/** Milliseconds after the last marker came or went. */
const SETTLED_MS = 80;
const PANE = 'names';

/**
 * The names of the bundled map, over lines and rings and beside markers, points of a track and its arrows. Drawn in the map's worker for the present
 * view, and anew when the map has come to rest or its markers have changed. Call `redraw()` when the colours change.
 */
export class NamesLayer extends L.Layer {
  readonly #canvas = document.createElement('canvas');
  #cancel: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.#canvas.className = 'map-names leaflet-zoom-hide';
  }

  redraw(): this {
    this.#draw();
    return this;
  }

  override onAdd(map: L.Map): this {
    const pane = map.getPane(PANE) ?? map.createPane(PANE);
    pane.classList.add('map-names-pane');
    pane.append(this.#canvas);
    map.on('moveend resize', this.#draw, this).on('layeradd layerremove', this.#settle, this);
    this.#draw();
    return this;
  }

  override onRemove(map: L.Map): this {
    map.off('moveend resize', this.#draw, this).off('layeradd layerremove', this.#settle, this);
    clearTimeout(this.#timer);
    this.#cancel?.();
    this.#canvas.remove();
    return this;
  }

  #settle(event: L.LeafletEvent): void {
    if (!isMark((event as L.LayerEvent).layer)) return;
    this.#canvas.toggleAttribute('data-provisional', true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), SETTLED_MS);
  }

  #draw(): void {
    const map = this._map;
    const size = map?.getSize();
    clearTimeout(this.#timer);
    this.#cancel?.();
    this.#cancel = null;
    this.#canvas.toggleAttribute('data-provisional', false);
    if (!map || !size || size.x === 0 || size.y === 0) return;
    const margin = size.multiplyBy(MARGIN).round();
    const corner = map.getPixelBounds().min!.subtract(margin).round();
    const { x: width, y: height } = size.add(margin.multiplyBy(2));
    const view = { left: corner.x, top: corner.y, width, height, z: map.getZoom() };
    const { picture, cancel } = requestNames(
      view,
      boxesOfMarks(map, corner, L.point(width, height)),
      pixelRatio(),
      mapColors(),
    );
    this.#cancel = cancel;
    this.#canvas.toggleAttribute('data-provisional', true);
    // Where the layer's pixels are, counted from the map's own origin, which stays while the map is dragged.
    const topLeft = corner.subtract(map.getPixelOrigin());
    picture
      .then((bitmap) => {
        if (this.#cancel !== cancel) return bitmap?.close();
        this.#canvas.toggleAttribute('data-provisional', false);
        if (!bitmap) return;
        Object.assign(this.#canvas, { width: bitmap.width, height: bitmap.height });
        Object.assign(this.#canvas.style, { width: `${width}px`, height: `${height}px` });
        L.DomUtil.setPosition(this.#canvas, topLeft);
        this.#canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
      })
      .catch((error: Error) => {
        this.#canvas.toggleAttribute('data-provisional', false);
        console.error(error);
      });
  }
}
