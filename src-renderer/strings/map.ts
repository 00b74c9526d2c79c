import type { MapFeature } from '../../src-shared/contract/map.ts';
import type { LocationKind } from '../../src-shared/contract/status.ts';
import { locationKindNames, statusNames } from './common.ts';
import { count } from './format.ts';

type Holds = Extract<MapFeature['properties'], { kind: 'cluster' }>['holds'];

export const map = {
  title: 'Map',
  loading: 'Loading map',
  label: 'Map of trackers. The list next to it shows the same and works with the keyboard.',
  attribution:
    'Map: <a href="https://www.naturalearthdata.com/" target="_blank" rel="noreferrer">Natural Earth</a> · Cities: <a href="https://www.geonames.org/" target="_blank" rel="noreferrer">GeoNames</a> CC BY 4.0',
  fence: (kind: LocationKind, name: string, radius: string) => `${locationKindNames[kind]} ${name}, ${radius}`,
  fences: (names: string[]) =>
    `${count(names.length)} locations: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' …' : ''}`,
  stop: (status: keyof typeof statusNames, stay: string) => `${statusNames[status]} for ${stay}`,
  picture: 'Save picture',
  pictureName: 'map.png',
  pictureWithoutBase: 'The tile server does not allow saving its tiles, so the picture has no base map.',
  pictureFailed: 'The picture could not be made.',
  point: (time: string, status: keyof typeof statusNames | null, accuracy: string, city: string | null) =>
    [time, status ? statusNames[status] : 'Not counted', `± ${accuracy}`, city].filter(Boolean).join(' · '),
  filters: {
    client: 'Client',
    productionRun: 'Production run',
    status: 'Status',
    age: 'Reported within',
  },
  layers: { label: 'What the map shows', trackers: 'Trackers', heat: 'Heat map', fences: 'Geofences' },
  heat: { few: 'few', many: 'many', label: 'Heat map: how many trackers were last seen where' },
  replay: {
    label: 'Journey replay',
    action: 'Replay the journey',
    title: (n: number) => (n === 1 ? 'Replay of 1 journey' : `Replay of ${count(n)} journeys`),
    play: 'Play',
    pause: 'Pause',
    time: 'Time of the replay',
    speed: 'Speed',
    speeds: { 600: '10 min / s', 3600: '1 h / s', 21600: '6 h / s', 86400: '1 day / s' },
    gpx: 'Save as GPX',
    add: 'Add a tracker',
    remove: (name: string) => `Remove ${name} from the replay`,
    heard: (since: string) => `last report ${since} ago`,
    notYet: 'no report yet',
    unreadable: 'could not be read',
  },
  ages: { '6': '6 hours', '24': '1 day', '72': '3 days', '168': '7 days', '336': '14 days' },
  inView: (n: number | undefined) =>
    n === undefined ? 'Loading trackers' : `${count(n)} ${n === 1 ? 'tracker' : 'trackers'} in view`,
  list: 'Trackers in view',
  chosen: 'Selected tracker',
  filtersAndLayers: 'Filters and layers',
  /** What a cluster holds, from the counts that the core made of it. */
  holds: (holds: Holds, total: number, isSmall: boolean): string => {
    const { countries, country, countryCount, city, cityCount } = holds;
    if (country === null) return '';
    const half = (part: number) => 2 * part >= total;
    if (countries > 1) return `${count(countries)} countries${half(countryCount) ? `, mostly ${country}` : ''}`;
    if (city !== null && cityCount === total) return city;
    if (city !== null && isSmall) return `${city} and around`;
    return city !== null && half(cityCount) ? `${country}, mostly ${city}` : country;
  },
  cluster: (n: number) => `${count(n)} trackers`,
  more: (n: number) => `${count(n)} more. Zoom in to list them.`,
  nothing: 'No tracker in view',
  nothingHint: 'Zoom out, move the map or clear the filters.',
  fitAll: 'Show all',
  back: 'Back to the list',
  open: 'Open tracker',
  track: 'Track',
  accuracy: 'Accuracy circles',
  noPosition: 'No position yet',
  legend: 'Legend',
} as const;
