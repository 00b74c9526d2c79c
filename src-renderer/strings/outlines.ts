import { count } from './format.ts';

const some = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${count(n)} ${many}`);

export const outlines = {
  shape: (corners: number, parts: number, holes: number) => {
    const what = [
      some(corners, 'corner', 'corners'),
      parts > 1 && some(parts, 'part', 'parts'),
      holes > 0 && some(holes, 'hole', 'holes'),
    ];
    return `${what.filter(Boolean).join(', ')}. Drag a corner, or the middle of an edge to add one.`;
  },
  drawing: (corners: number) =>
    corners === 0
      ? 'Click the map where the first corner is.'
      : corners < 3
        ? `${some(corners, 'corner', 'corners')}. Click where the next one is.`
        : `${count(corners)} corners. Click the first one again, or press Enter, to close the outline.`,
  crowded: 'Too many corners in view to drag. Zoom in.',
  show: 'Show where',
  close: 'Close the outline',
  giveUp: 'Discard this ring',
  ofCircle: 'Start from the circle',
  paste: 'Paste…',
  hole: 'Draw a hole',
  part: 'Draw another part',
  deleteCorner: (n: number) => `Delete corner ${count(n)}`,
  corners: 'Corners as numbers',
  corner: (n: number) => `Corner ${count(n)}: latitude, longitude`,
  insertAfter: (n: number) => `Insert a corner after ${count(n)}`,
  newCorner: 'New corner: latitude, longitude',
  addCorner: 'Add the corner',
  notAPlace: 'Enter a latitude and a longitude.',
  whichRing: 'Which ring',
  ring: (part: number, ring: number) =>
    ring === 0 ? `Part ${count(part + 1)}` : `Part ${count(part + 1)}, hole ${count(ring)}`,
  page: { first: 'First page', previous: 'Previous page', next: 'Next page', last: 'Last page' },
  pasteTitle: 'Paste an outline',
  pasteLabel: 'GeoJSON or WKT',
  pasteHint: 'A Polygon or a MultiPolygon in WGS 84, longitude first. Holes are kept.',
  tooLong: 'This is longer than 5 MB. Simplify the outline.',
  swapHint: 'Is latitude first?',
  swap: 'Swap latitude and longitude',
  file: 'Read a file',
  take: 'Use this outline',
  putRight: 'Correct it on the map',
} as const;
