import L from 'leaflet';
import { type LocationKind, type Status, statuses } from '../../src-shared/contract/status.ts';
import { type StatusLook, statusLooks } from '../theme/status.ts';

/** Markup of a status in a 20 by 20 box, to be put into an svg. */
export const shapeMarkup = (status: Status): string => markupOf(statusLooks[status].shape, statusLooks[status].color);

/** Markup of a shape in a 20 by 20 box; only numbers and our own constants go into it. */
function markupOf(shape: StatusLook['shape'], color: string): string {
  const style = `class="halo" fill="${color}" stroke-width="1.5"`;
  switch (shape) {
    case 'ring':
      return `<circle cx="10" cy="10" r="6" class="core" stroke="${color}" stroke-width="3" />`;
    case 'triangle':
      return `<path d="M10 2.5 18 16.5H2Z" ${style} stroke-linejoin="round" />`;
    case 'square':
      return `<rect x="3.5" y="3.5" width="13" height="13" rx="1.5" ${style} />`;
    case 'disc':
      return `<circle cx="10" cy="10" r="7" ${style} />`;
  }
}

const icon = (size: number, inner: string, box = 20): L.DivIcon =>
  L.divIcon({
    className: '',
    iconSize: [size, size],
    html: `<svg class="map-icon" width="${size}" height="${size}" viewBox="0 0 ${box} ${box}" aria-hidden="true">${inner}</svg>`,
  });

/** One tracker: the shape and colour of its status; larger when chosen. */
export function trackerIcon(status: Status, chosen = false): L.DivIcon {
  const ring = chosen
    ? '<circle cx="10" cy="10" r="9.2" fill="none" stroke="var(--mantine-primary-color-filled)" stroke-width="1.6" />'
    : '';
  return icon(chosen ? 30 : 20, ring + shapeMarkup(status));
}

const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

/** A cluster: how many, inside a ring of its statuses. Its size grows with the logarithm of the count. */
export function clusterIcon(total: number, counts: Partial<Record<Status, number>>): L.DivIcon {
  const size = Math.round(Math.min(62, 30 + 8 * Math.log10(Math.max(1, total))));
  const radius = 22;
  const around = 2 * Math.PI * radius;
  let offset = 0;
  const arcs = statuses
    .filter((status) => (counts[status] ?? 0) > 0)
    .map((status) => {
      const length = (around * counts[status]!) / total;
      const arc = `<circle cx="25" cy="25" r="${radius}" fill="none" stroke="${statusLooks[status].color}" stroke-width="6" stroke-dasharray="${length.toFixed(2)} ${(around - length).toFixed(2)}" stroke-dashoffset="${(-offset).toFixed(2)}" transform="rotate(-90 25 25)" />`;
      offset += length;
      return arc;
    })
    .join('');
  // The box is scaled, the figure should not be: it is set in the units of the screen.
  const fontSize = (12 * 50) / size;
  return icon(
    size,
    `<circle cx="25" cy="25" r="24" class="core" />${arcs}<text x="25" y="25" text-anchor="middle" dominant-baseline="central" style="font-size:${fontSize.toFixed(1)}px">${compact.format(total)}</text>`,
    50,
  );
}

/** A location that its fence would be too small to show: a house for storage, a flag for delivery. */
export function locationIcon(kind: LocationKind, chosen = false): L.DivIcon {
  const color = fenceColors[kind];
  const width = chosen ? 3 : 1.6;
  const inner =
    kind === 'storage'
      ? `<path d="M2.5 9 10 2.8 17.5 9v8.5h-15Z" class="core" stroke="${color}" stroke-width="${width}" stroke-linejoin="round" /><path d="M7 17v-5h6v5" fill="none" stroke="${color}" stroke-width="1.6" />`
      : `<path d="M5 18V2.5h11l-3 4 3 4H5" class="core" stroke="${color}" stroke-width="${width}" stroke-linejoin="round" />`;
  return icon(chosen ? 26 : 20, inner);
}

export const fenceColors: Record<LocationKind, string> = {
  storage: 'var(--status-in-storage)',
  delivery: 'var(--status-delivered)',
};
