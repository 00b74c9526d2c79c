import L from 'leaflet';
import type { StatusLook } from '../theme/status.ts';

/** What Leaflet's canvas renderer offers to a path that draws itself (Leaflet 1.9, src/layer/vector/Canvas.js). */
interface CanvasInternals {
  _drawing: boolean;
  _ctx: CanvasRenderingContext2D;
  _fillStroke(context: CanvasRenderingContext2D, layer: L.Path): void;
}
interface PathInternals {
  _renderer: CanvasInternals;
  _point: L.Point;
  _radius: number;
  _empty(): boolean;
}

/** A point on a canvas map in the shape of its status, so that colour is not the only difference. */
export class ShapeMarker extends L.CircleMarker {
  readonly #shape: StatusLook['shape'];

  constructor(position: L.LatLngExpression, shape: StatusLook['shape'], options: L.CircleMarkerOptions) {
    super(position, options);
    this.#shape = shape;
  }

  // Called by Leaflet whenever the point is to be drawn.
  _updatePath(): void {
    const { _renderer: renderer, _point: point, _radius: radius } = this as unknown as PathInternals;
    if (!renderer._drawing || (this as unknown as PathInternals)._empty()) return;
    const context = renderer._ctx;
    context.beginPath();
    if (this.#shape === 'square')
      context.rect(point.x - radius * 0.85, point.y - radius * 0.85, radius * 1.7, radius * 1.7);
    else if (this.#shape === 'triangle') {
      context.moveTo(point.x, point.y - radius * 1.2);
      context.lineTo(point.x + radius * 1.1, point.y + radius * 0.8);
      context.lineTo(point.x - radius * 1.1, point.y + radius * 0.8);
      context.closePath();
    } else context.arc(point.x, point.y, radius, 0, 2 * Math.PI);
    renderer._fillStroke(context, this);
  }
}
