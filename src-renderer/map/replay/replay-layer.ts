import L from 'leaflet';
import type { Status } from '../../../src-shared/contract/status.ts';
import { shapeMarkup } from '../icons.ts';
import { unwrap } from '../track.ts';
import { nearestCopy } from '../view.ts';
import { type Journey, placeAt } from './timeline.ts';

/** Colours of journeys, told apart with any colour vision (Okabe and Ito); each has its number besides. */
const colors = ['#0072b2', '#b34f00', '#00795a', '#cc79a7', '#56b4e9', '#e69f00', '#6a5acd', '#7a5f2a'];
const dark = ['#cc79a7', '#56b4e9', '#e69f00'];
export const journeyColor = (index: number): string => colors[index % colors.length]!;
/** Colour of the number on a journey's colour, with a contrast of 4.5:1 or more. */
export const journeyInk = (index: number): string => (dark.includes(journeyColor(index)) ? '#111' : '#fff');

/** After this long without a fix the place is where it was, not where it is. */
const STALE_MS = 6 * 3_600_000;

interface Drawn {
  journey: Journey;
  trail: L.Polyline;
  marker: L.Marker;
  points: L.LatLng[];
  /** What the marker shows, so that its picture is only made anew when it changes. */
  looks: string;
  index: number;
}

/** Several trackers on the move: the whole way faint, what lies behind strong, and each at its place of the moment. */
export class ReplayLayer {
  readonly #group = L.layerGroup();
  readonly #drawn: Drawn[];

  constructor(map: L.Map, journeys: readonly Journey[]) {
    this.#drawn = journeys.map((journey, index) => {
      const points = unwrap(journey.fixes).map((position) => L.latLng(position));
      const color = journeyColor(index);
      L.polyline(points, { color, weight: 1.5, opacity: 0.3, interactive: false }).addTo(this.#group);
      const trail = L.polyline([], { color, weight: 3, opacity: 0.85, interactive: false }).addTo(this.#group);
      const marker = L.marker([0, 0], { keyboard: false, interactive: false, zIndexOffset: 1000 + index });
      return { journey, trail, marker, points, looks: '', index };
    });
    this.#group.addTo(map);
  }

  /** Shows every tracker where it was at a time (epoch milliseconds). */
  show(at: number): void {
    for (const drawn of this.#drawn) {
      const place = placeAt(drawn.journey, at);
      if (!place) {
        drawn.marker.remove();
        drawn.trail.setLatLngs([]);
        continue;
      }
      // On the side of the world where its way goes on.
      const near = drawn.points[place.fix]?.lng ?? place.longitude;
      const here = L.latLng(place.latitude, nearestCopy(place.longitude, near));
      drawn.trail.setLatLngs([...drawn.points.slice(0, place.fix + 1), here]);
      const looks = `${place.status} ${place.age > STALE_MS}`;
      // Before it is added: a marker without an icon asks for Leaflet's own pictures, which are not here.
      if (looks !== drawn.looks) drawn.marker.setIcon(journeyIcon(drawn.index, place.status, place.age > STALE_MS));
      drawn.looks = looks;
      drawn.marker.setLatLng(here).addTo(this.#group);
    }
  }

  remove(): void {
    this.#group.remove();
  }
}

/** The number of the journey in its colour, with the shape of the status at its side; hollow while nothing was heard. */
function journeyIcon(index: number, status: Status | null, stale: boolean): L.DivIcon {
  const color = journeyColor(index);
  const [fill, ink] = stale ? ['var(--surface)', 'var(--mantine-color-text)'] : [color, journeyInk(index)];
  const badge = status ? `<g transform="translate(15 -1) scale(0.65)">${shapeMarkup(status)}</g>` : '';
  return L.divIcon({
    className: '',
    iconSize: [28, 28],
    html: `<svg class="map-icon" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true"><circle cx="14" cy="14" r="10.5" fill="${fill}" stroke="${stale ? color : 'var(--surface)'}" stroke-width="2" /><text x="14" y="14.5" text-anchor="middle" dominant-baseline="central" style="fill:${ink};font-size:11px">${index + 1}</text>${badge}</svg>`,
  });
}
