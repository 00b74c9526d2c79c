import L from 'leaflet';
import { arrowsAlong } from './track-arrows.ts';

const EVERY = 110;
const SIZE = 6;

/** The head of an arrow on a way. */
export class Arrow extends L.Polyline {}

/** Arrows that say in which direction a way goes, as far apart on screen at every zoom. Drawn on the map's canvas. */
export class ArrowLayer extends L.LayerGroup {
  readonly #positions: readonly [number, number][];
  readonly #color: string;
  #drawnOn: L.Map | null = null;

  constructor(positions: readonly [number, number][], color: string) {
    super();
    this.#positions = positions;
    this.#color = color;
  }

  override onAdd(map: L.Map): this {
    this.#drawnOn = map;
    super.onAdd(map);
    map.on('zoomend', this.#draw, this);
    this.#draw();
    return this;
  }

  override onRemove(map: L.Map): this {
    map.off('zoomend', this.#draw, this);
    this.#drawnOn = null;
    return super.onRemove(map);
  }

  #draw(): void {
    const map = this.#drawnOn;
    if (!map) return;
    this.clearLayers();
    const zoom = map.getZoom();
    const pixels = this.#positions.map((position) => map.project(position, zoom));
    for (const { x, y, angle } of arrowsAlong(pixels, EVERY)) {
      const wing = (turn: number) =>
        map.unproject([x - SIZE * Math.cos(angle + turn), y - SIZE * Math.sin(angle + turn)], zoom);
      this.addLayer(
        new Arrow([wing(0.5), map.unproject([x, y], zoom), wing(-0.5)], {
          color: this.#color,
          weight: 2,
          interactive: false,
        }),
      );
    }
  }
}
