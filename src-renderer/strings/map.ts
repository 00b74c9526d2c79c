import type { LocationKind } from '../../src-shared/contract/locations.ts';
import { locationKindNames, statusNames } from './common.ts';

export const map = {
  title: 'Map',
  description: 'Where each tracker was last reported.',
  label: 'Map of trackers',
  attribution:
    'Base map <a href="https://www.naturalearthdata.com/" target="_blank" rel="noreferrer">Natural Earth</a> · Cities <a href="https://www.geonames.org/" target="_blank" rel="noreferrer">GeoNames</a> CC BY 4.0',
  fence: (kind: LocationKind, name: string, radius: string) => `${locationKindNames[kind]} ${name}, ${radius}`,
  point: (time: string, status: keyof typeof statusNames | null, accuracy: string, city: string | null) =>
    [time, status ? statusNames[status] : 'Not counted', `± ${accuracy}`, city].filter(Boolean).join(' · '),
} as const;
