import type { LocationKind } from '../../src-shared/contract/status.ts';
import { formatInstant } from '../dates/format.ts';
import { count } from './format.ts';

const some = (n: number) => `${count(n)} ${n === 1 ? 'tracker' : 'trackers'}`;

export const fenceChange = {
  question: 'Was it wrong, or has it moved?',
  wrong: 'It was wrong',
  wrongHint: (since: string | null) =>
    since === null
      ? 'The new fence counts from the beginning.'
      : `The new fence counts from ${formatInstant(since)}, when the current one began.`,
  changed: 'It has moved or changed',
  changedHint: 'History before that time does not change.',
  at: 'Since when',
  answerNeeded: 'Choose whether it was wrong or has moved.',
  timeNeeded: 'Choose since when.',
} as const;

export const fenceShapes = {
  title: 'The fence over time',
  beginning: 'Beginning',
  now: 'now',
  shape: (radius: string, [longitude, latitude]: readonly [number, number]) =>
    `${radius} around ${latitude}, ${longitude}`,
  keeping: (n: number) =>
    n === 1
      ? 'One finished run keeps the fence that it ended with.'
      : `${count(n)} finished runs keep the fence that they ended with.`,
} as const;

export const locations = {
  preview: {
    label: 'What would be inside the fence',
    inside: (n: number, ofRuns: boolean) => `${some(n)} ${ofRuns ? 'of its runs ' : ''}last seen inside`,
    change: (entering: number, leaving: number) =>
      [entering > 0 && `${some(entering)} would be inside`, leaving > 0 && `${some(leaving)} would be outside`]
        .filter(Boolean)
        .join(', ') || 'The same as now',
    reports: ({ inside, of, trackers }: { inside: number; of: number; trackers: number }) =>
      `${count(inside)} of the last ${count(of)} reports are inside, from ${some(trackers)}`,
    more: (n: number) => `and ${count(n)} more, farther from the point`,
  },
  title: 'Locations',
  description:
    'Places where trackers are stored or delivered. A tracker inside a fence of its production run has that status.',
  label: 'Storage and delivery locations',
  mapLabel: 'Map of locations and their geofences. The list next to it shows the same and works with the keyboard.',
  newStorage: 'New storage location',
  newDelivery: 'New delivery location',
  kinds: { all: 'All', storage: 'Storage', delivery: 'Delivery' },
  kind: 'Kind',
  searchPlaceholder: 'Name or address',
  run: 'Production run',
  includeArchived: 'Archived too',
  columns: {
    name: 'Name',
    radius: 'Radius',
    inside: 'Inside',
    city: 'Nearest city',
    runs: 'Production runs',
  },
  runCount: (n: number) => (n === 0 ? 'none' : n === 1 ? '1 run' : `${count(n)} runs`),
  empty: 'No locations yet',
  emptyHint: 'Create storage and delivery locations: they give trackers their status.',
  detail: {
    address: 'Address',
    position: 'Position',
    radius: 'Fence',
    nearestCity: 'Nearest city',
    run: 'Production run',
    alsoRuns: 'Also counts for',
    inside: 'Trackers inside',
    showTrackers: 'Show them',
    created: 'Created',
  },
  edit: 'Edit',
  archive: 'Archive',
  restore: 'Restore',
  delete: 'Delete',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteBody: 'This can’t be undone. A location that history or runs use can’t be deleted: archive it instead.',
  archiveTitle: (name: string) => `Archive ${name}?`,
  archiveBody:
    'It stays in the history, but no longer appears in lists and no longer counts for new reports. It can be restored.',
  archived: (name: string) => `${name} is archived.`,
  restored: (name: string) => `${name} is restored.`,
  deleted: (name: string) => `${name} is deleted.`,
  saved: (name: string) => `${name} is saved.`,
  form: {
    create: { storage: 'New storage location', delivery: 'New delivery location' } satisfies Record<
      LocationKind,
      string
    >,
    edit: (name: string) => `Edit ${name}`,
    shape: 'Shape of the fence',
    shapes: { circle: 'Circle', outline: 'Outline' },
    cornersOf: (n: number) => `${count(n)} corners`,
    outlineHint: 'Draw the outline on the map, paste it, or type its corners below.',
    outlineNeeded: 'Draw an outline, or paste one.',
    marginNeeded: 'Enter the margin in metres.',
    marginHint: 'Reports this far outside still count as inside.',
    looksSwapped:
      'This is far from all your other locations. With latitude and longitude swapped it would be near one of them.',
    swap: 'Swap them',
    hint: 'Click the map to set the point, drag it or the small handle on the circle, or type below.',
    name: 'Name',
    address: 'Address',
    latitude: 'Latitude',
    longitude: 'Longitude',
    radius: 'Fence radius in metres',
    margin: 'Margin around the outline in metres',
    radiusSlider: 'Fence radius',
    run: 'Production run',
    runHint: 'The run that the location belongs to.',
    alsoRuns: 'Also counts for these runs',
    undo: 'Undo',
    redo: 'Redo',
    clickAgain: 'At this zoom the fence would be smaller than a dot. Click again in the right place.',
    overlaps: (names: string[], more: number) =>
      `Overlaps ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}. A report inside both counts for one of them only.`,
    zone: (place: string, run: string) =>
      `This place uses the time zone of ${place}, but its run counts days in ${run}.`,
    zoneChange: 'Open the run to change its time zone',
    pointNeeded: 'Click the map or type a latitude and a longitude.',
    nameNeeded: 'Give it a name.',
    submit: { create: 'Create', edit: 'Save' },
    failed: 'Not saved',
  },
} as const;
