import L from 'leaflet';
import type { Status } from '../../src-shared/contract/status.ts';
import { duration } from '../strings/format.ts';
import { map as words } from '../strings/map.ts';
import { text } from './text.ts';
import { thinLabels } from './thin-labels.ts';

export interface Stop {
  center: L.LatLng;
  status: Status;
  stayMs: number;
}

/** How long a tracker stayed, over each of its stops. Where two would lie on each other the longer stay is shown. */
export class StopLayer extends L.LayerGroup {
  readonly #stays = new Map<L.Marker, number>();
  #drawnOn: L.Map | null = null;

  constructor(stops: readonly Stop[]) {
    super();
    for (const { center, status, stayMs } of stops) {
      const stay = duration(stayMs / 1000);
      const marker = L.marker(center, {
        icon: L.divIcon({ className: 'map-stop', iconSize: [0, 0], html: text(stay).outerHTML }),
        keyboard: false,
        interactive: false,
        alt: words.stop(status, stay),
        // Over the mark of the tracker itself.
        zIndexOffset: 1000,
      });
      this.#stays.set(marker, stayMs);
      this.addLayer(marker);
    }
  }

  override onAdd(map: L.Map): this {
    super.onAdd(map);
    this.#drawnOn = map;
    map.on('zoomend', this.#thin, this);
    this.#thin();
    return this;
  }

  override onRemove(map: L.Map): this {
    map.off('zoomend', this.#thin, this);
    this.#drawnOn = null;
    return super.onRemove(map);
  }

  #thin(): void {
    if (!this.#drawnOn) return;
    const labels = [...this.#stays].flatMap(([marker, weight]) => {
      const element = marker.getElement();
      const box = element?.firstElementChild?.getBoundingClientRect();
      if (!element || !box) return [];
      const { left, top, right, bottom } = box;
      return [{ left, top, right, bottom, weight, element }];
    });
    const kept = thinLabels(labels);
    for (const label of labels) label.element.style.visibility = kept.has(label) ? '' : 'hidden';
  }
}
