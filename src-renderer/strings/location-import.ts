import { count } from './format.ts';

const some = (n: number) => (n === 1 ? '1 location' : `${count(n)} locations`);

export const locationImport = {
  open: 'Import',
  title: 'Import locations',
  hint: 'GeoJSON (a FeatureCollection), or CSV with the columns name, wkt (or latitude and longitude), kind, address and radius.',
  kind: 'Kind, if the file doesn’t say',
  runs: 'They count for these runs',
  tooLarge: 'This file is larger than 20 MB. Split it.',
  failed: 'Not imported',
  checking: 'Checking',
  good: (n: number) => `${some(n)} can be imported.`,
  bad: (n: number) =>
    n === 1
      ? '1 problem found. Correct it in the file, or leave it out.'
      : `${count(n)} problems found. Correct them in the file, or leave them out.`,
  swapHint: 'Latitude seems to come first in this file.',
  swap: 'Read latitude first',
  import: (n: number) => `Import ${some(n)}`,
  done: (n: number) => `${some(n)} imported`,
  partly: (n: number) => `${some(n)} were imported before the error. The rest were not.`,
  other: 'Choose another file',
  read: 'What the file contains',
} as const;
