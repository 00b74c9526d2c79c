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
  get: 'Get a map',
  getArea: 'Get a map of this area',
  thisArea: 'The area shown',
  getIts: 'Get its map',
  empty: 'No map is kept here',
  emptyHint: 'Streets need a network. Get a map of where you will be before you leave it.',
  onDisk: (size: number) => `${bytes(size)} on this workstation’s disk`,
  of: 'A map of',
  kinds: { run: 'Production run', client: 'Fences of a client', area: 'Area' },
  place: 'Around a place',
  label: 'Name',
  detail: 'How near',
  zooms: names,
  zoom: zoomWords,
  detailAt: (zoom: number) => `How near: ${zoomWords(zoom).toLowerCase()}`,
  cost: 'What it takes',
  total: (tiles: string, size: string, time: string, host: string) =>
    `About ${size} in ${tiles} tiles from ${host}, taken in about ${time}.`,
  free: (size: string) => `The disk has room for ${size}.`,
  columns: { zoom: 'Zoom', tiles: 'Tiles', bytes: 'Size' },
  take: 'Get it',
  begun: 'The map is being taken. You can go on working.',
  states: {
    waiting: 'Waiting',
    loading: 'Being taken',
    paused: 'Stopped',
    failed: 'Failed',
    ready: 'Here',
  } satisfies Record<PackState, string>,
  facts: (source: string, maxZoom: number) => `From ${source}, up to zoom ${maxZoom}`,
  taken: 'taken',
  progress: (done: string, total: string) => `${done} of ${total} tiles`,
  progressOf: (label: string) => `How far ${label} is`,
  otherMap: 'This is of another base map than the present one and isn’t shown. Update it.',
  actions: { stop: 'Stop', resume: 'Go on', update: 'Update' },
  delete: 'Delete',
  deleteTitle: (label: string) => `Take the map of ${label} off this workstation?`,
  deleteBody: 'What other maps share with it stays.',
  ofPin: (pack: MapPack | undefined) =>
    !pack
      ? 'Its map isn’t here.'
      : pack.state === 'ready'
        ? `Its map is here, up to zoom ${pack.maxZoom}.`
        : pack.state === 'loading' || pack.state === 'waiting'
          ? 'Its map is being taken.'
          : 'Its map is here in part.',
  noStreets: 'The bundled map has no streets.',
  dismiss: 'Don’t say it again',
} as const;
