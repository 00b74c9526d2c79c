import type { Room } from './rooms.ts';

/** The room of each file of src-shared, which is flat by subject. What every room may use is platform's. */
const files: Partial<Record<Room, readonly string[]>> = {
  app: ['contract/search'],
  monitoring: ['contract/backups', 'contract/consoles', 'contract/database-connections', 'contract/system'],
  offline: ['contract/reviews', 'contract/workstation'],
  analytics: [
    'contract/alerts',
    'contract/overview',
    'contract/business-reports',
    'contract/report-headers',
    'domain/alerts/findings',
  ],
  map: [
    'contract/map',
    'contract/map-packs',
    'contract/map-settings',
    'domain/map/bundled-map',
    'domain/map/clip',
    'domain/map/mercator',
    'domain/map/tile-cover',
  ],
  fetching: [
    'contract/corrupt-reports',
    'contract/fetch-failures',
    'contract/fetcher',
    'contract/last-reports',
    'contract/no-position',
    'domain/fetch-backoff',
    'domain/asking-capacity',
    'domain/fetch-safety',
    'domain/find-my/auth-file',
    'domain/find-my/plaintext',
    'domain/login-life',
    'domain/no-position',
  ],
  orders: [
    'contract/box-differences',
    'contract/customer-orders',
    'contract/order-papers',
    'contract/retirement',
    'contract/returns',
    'domain/allocation',
    'domain/box-differences',
    'domain/due-date',
    'domain/goods-code',
    'domain/labels/code-paths',
    'domain/labels/layout',
    'domain/labels/sizes',
  ],
  manufacturing: [
    'contract/export-profile',
    'contract/key-batches',
    'contract/manufacturer-api',
    'contract/manufacturers',
    'contract/private-key-exports',
    'domain/export-file-name',
  ],
  trackers: [
    'domain/serial-number',
    'contract/device-imports',
    'contract/trackers',
    'contract/key-moves',
    'contract/period-corrections',
    'contract/run-periods',
    'contract/tracker-correction',
    'domain/key-moves',
    'domain/run-periods',
  ],
  locations: ['contract/fence-drafts', 'contract/fences', 'contract/locations', 'domain/fences/suggest-radius'],
  access: ['contract/api-tokens', 'contract/auth', 'contract/saved-views', 'contract/sessions', 'contract/totp'],
  clients: ['contract/clients'],
  status: [
    'contract/run-analytics',
    'contract/status',
    'contract/status-schema',
    'contract/status-rules',
    'domain/fences/outline',
    'domain/fences/read-outline',
    'domain/fences/read-wkt',
    'domain/find-my/battery',
    'domain/status/aggregate',
    'domain/status/fold',
    'domain/status/history',
    'domain/status/status-changes',
    'domain/status/types',
  ],
  // A MAC address is made of a key.
  keys: ['contract/key-protection', 'domain/find-my/keys', 'domain/find-my/payload', 'domain/mac-address'],
  audit: ['contract/audit'],
  places: ['contract/places'],
  platform: [
    'domain/days',
    'domain/gs1',
    'domain/order-number',
    'domain/storable-text',
    'domain/trim-ends',
    'contract/api-client',
    'contract/common',
    'contract/download-tickets',
    'contract/events',
    'contract/job-kinds',
    'contract/jobs',
    'contract/permissions',
    'contract/retention',
    'contract/part-state',
    'domain/part-state',
    'contract/issue-sentence',
    'contract/problem',
    'contract/report-cells',
    'contract/roles',
    'contract/route',
    'contract/routes',
    'contract/scopes',
    'contract/shell',
    'domain/fold-name',
    'domain/geo/distance',
    'domain/geo/mean-position',
    'domain/geo/parse-position',
  ],
};

const roomOfFile = new Map(
  Object.entries(files).flatMap(([room, names]) => names.map((name) => [`src-shared/${name}.ts`, room as Room])),
);

/** Every file that has been given a room. */
export const sharedFiles = [...roomOfFile.keys()];

/** The room of a file of src-shared; null for any other file. */
export const sharedRoomOf = (file: string): Room | null => roomOfFile.get(file) ?? null;

/** What has to be done about a file of src-shared that has no room. */
export const withoutRoom = (file: string): string[] =>
  roomOfFile.has(file) ? [] : [`${file} has no room: name it in tools/architecture/shared-rooms.ts.`];
