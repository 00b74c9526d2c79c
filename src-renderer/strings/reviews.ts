import { count } from './format.ts';

export const reviews = {
  title: 'Offline reviews',
  description:
    'Pin what you want to look at without a connection: last positions, tracks, status history and locations are kept on this workstation, for you alone.',
  pin: 'Pin a review',
  list: 'Pinned reviews',
  empty: 'Nothing is pinned',
  emptyHint: 'Pin a client, a production run or an area before you leave the network.',
  columns: {
    label: 'What',
    range: 'Reports from – to',
    state: 'State',
    trackers: 'Trackers',
    size: 'Size',
    age: 'Data of',
    actions: '',
  },
  states: { loading: 'Being read', waiting: 'Waits for the connection', ready: 'Ready', failed: 'Failed' },
  progress: (done: number, total: number | null) =>
    total === null ? 'Looking for what belongs to it' : `${count(done)} of ${count(total)} trackers`,
  refresh: 'Refresh',
  unpin: 'Unpin',
  unpinTitle: 'Take it off this workstation?',
  unpinBody: 'Its data is removed here; nothing changes in the database.',
  form: {
    kind: 'What',
    kinds: { client: 'Client', run: 'Production run', area: 'Area' },
    client: 'Client',
    run: 'Production run',
    west: 'West',
    south: 'South',
    east: 'East',
    north: 'North',
    areaHint: 'Degrees; trackers that are there now, or reported from there in the range.',
    areaLabel: (values: { west: number; south: number; east: number; north: number }) =>
      `Area ${values.south}, ${values.west} to ${values.north}, ${values.east}`,
    aroundPlace: 'Around a place',
    aroundLabel: (place: string) => `Around ${place}`,
    from: 'First day',
    to: 'Last day',
    choose: 'Choose one.',
  },
  banner: 'The central database cannot be reached.',
  bannerAge: (age: string) => `What you see is from this workstation, read ${age}.`,
  bannerPart: (kept: number, whole: number) =>
    `Only ${count(kept)} of ${count(whole)} trackers are kept here: the connection was lost while they were read.`,
  part: (kept: number, whole: number) => `${count(kept)} of ${count(whole)} trackers.`,
  partHint: 'The others were not read before the connection was lost.',
  bannerNothing: 'Pinned reviews, orders in work and scanning still work. The rest waits.',
} as const;
