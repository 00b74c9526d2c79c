import type { MapPack, PackState } from '../../src-shared/contract/map-packs.ts';
import { bytes } from './format.ts';

const names: [zoom: number, name: string][] = [
  [8, 'Towns'],
  [12, 'Main roads'],
  [14, 'Streets'],
  [16, 'Houses'],
];

const zoomWords = (zoom: number) => {
  const name = names.findLast(([least]) => zoom >= least)?.[1];
  return `Zoom ${zoom}${name ? ` (${name.toLowerCase()})` : ''}`;
};

export const mapPacks = {
  title: 'Maps for use offline',
  get: 'Download a map',
  getArea: 'Download a map of this area',
  thisArea: 'The area shown',
  getIts: 'Download its map',
  empty: 'No maps on this workstation',
  emptyHint: 'Streets need a network. Download a map of where you will be before you go offline.',
  onDisk: (size: number) => `${bytes(size)} on this workstation’s disk`,
  of: 'A map of',
  kinds: { run: 'Production run', client: 'Fences of a client', area: 'Area' },
  place: 'Around a place',
  label: 'Name',
  detail: 'Level of detail',
  zooms: names,
  zoom: zoomWords,
  detailAt: (zoom: number) => `Level of detail: ${zoomWords(zoom).toLowerCase()}`,
  cost: 'What it needs',
  total: (tiles: string, size: string, time: string, host: string) =>
    `About ${size} in ${tiles} tiles from ${host}. The download takes about ${time}.`,
  free: (size: string) => `The disk has room for ${size}.`,
  columns: { zoom: 'Zoom', tiles: 'Tiles', bytes: 'Size' },
  take: 'Download',
  begun: 'The map is downloading. You can keep working.',
  states: {
    waiting: 'Waiting',
    loading: 'Downloading',
    paused: 'Stopped',
    failed: 'Failed',
    ready: 'Ready',
  } satisfies Record<PackState, string>,
  facts: (source: string, maxZoom: number) => `From ${source}, up to zoom ${maxZoom}`,
  taken: 'downloaded',
  progress: (done: string, total: string) => `${done} of ${total} tiles`,
  progressOf: (label: string) => `Progress of ${label}`,
  otherMap: 'This map belongs to another base map and isn’t shown. Update it.',
  actions: { stop: 'Stop', resume: 'Resume', update: 'Update' },
  delete: 'Delete',
  deleteTitle: (label: string) => `Delete the map of ${label} from this workstation?`,
  deleteBody: 'Tiles that other maps share stay.',
  ofPin: (pack: MapPack | undefined) =>
    !pack
      ? 'Its map is not downloaded.'
      : pack.state === 'ready'
        ? `Its map is ready, up to zoom ${pack.maxZoom}.`
        : pack.state === 'loading' || pack.state === 'waiting'
          ? 'Its map is downloading.'
          : 'Only part of its map is downloaded.',
  noStreets: 'The bundled map has no streets.',
  dismiss: 'Don’t show again',
} as const;
