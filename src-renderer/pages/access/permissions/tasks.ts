import type { Permission } from '../../../../src-shared/contract/permissions.ts';
import type { TaskName } from '../../../strings/permissions.ts';

type Operation = Pick<Permission, 'operation' | 'method' | 'tag'>;
const reads = ({ method }: Operation) => method === 'GET';

/** Operations that belong to a task of their own, and not to the one of their area. The first that fits counts. */
const special: readonly (readonly [TaskName, RegExp])[] = [
  ['scan', /^(allocate|undoAllocation|returnDevice|returnScanned|undoReturn|settleBoxDifferences)$/],
  ['retire', /^(retire|bringBack)Trackers$/],
  ['exportPrivateKeys', /^preparePrivateKeyExport$/],
  ['lockKeys', /^(lock|unlock)Keys$|^getKeyProtection$/],
  ['manufacturerAccess', /Manufacturer(Token|Webhook)/],
  ['changeKeys', /^(exportKeyBatch|getManufacturerExportFile)$/],
  ['changeTrackers', /^previewTrackerCorrection$/],
  ['settings', /^update(Geocoder|MapSettings|Retention|BackupSettings|NetworkSettings|OfflineSettings)$/],
  ['settings', /^(getGeocoder|listMapFiles|getOfflineSettings)$/],
  ['workstation', /^(updateWorkstation|acknowledgeDamagedFile|listOutboxEntries)$/],
  ['consoles', /^getMetrics$/],
  ['audit', /^listTrackerAudit$/],
  ['changeLocations', /^(previewOutline|getFenceSurroundings|previewFence)$/],
  ['offline', /MapPack/],
  ['see', /^listPermissions$/],
];
/** What else an area holds: the task of reading it, and the task of changing it. */
const areas: Readonly<Record<string, readonly [read: TaskName, change: TaskName]>> = {
  trackers: ['seeTrackers', 'changeTrackers'],
  map: ['seeTrackers', 'settings'],
  locations: ['seeTrackers', 'changeLocations'],
  'status rules': ['seeTrackers', 'changeLocations'],
  'production-runs': ['seeTrackers', 'changeClients'],
  'production runs': ['seeClients', 'changeClients'],
  clients: ['seeClients', 'changeClients'],
  alerts: ['seeAlerts', 'changeAlerts'],
  reports: ['seeAlerts', 'changeAlerts'],
  orders: ['seeOrders', 'changeOrders'],
  keys: ['seeKeys', 'changeKeys'],
  manufacturers: ['seeKeys', 'changeKeys'],
  'manufacturer api': ['factory', 'factory'],
  'key-protection': ['keyProtection', 'keyProtection'],
  fetcher: ['seeFetcher', 'changeFetcher'],
  'source logins': ['seeFetcher', 'changeFetcher'],
  users: ['users', 'users'],
  audit: ['audit', 'audit'],
  auth: ['account', 'account'],
  'saved views': ['account', 'account'],
  reviews: ['offline', 'offline'],
  workstation: ['offline', 'offline'],
  consoles: ['consoles', 'consoles'],
  jobs: ['see', 'stopJobs'],
  system: ['see', 'settings'],
  health: ['see', 'see'],
  metrics: ['see', 'see'],
};

/** The task that an operation is part of; null for one of an area that has none yet. */
export function taskOf(operation: Operation): TaskName | null {
  const own = special.find(([, names]) => names.test(operation.operation));
  if (own) return own[0];
  return areas[operation.tag]?.[reads(operation) ? 0 : 1] ?? null;
}

export type Extent = 'all' | 'some' | 'none';
/** How much of a task a role may do. What is open to everybody says nothing of a role, unless there is nothing else. */
export function extentOf(operations: readonly Pick<Permission, 'public' | 'roles'>[], role: string): Extent {
  const closed = operations.filter((each) => !each.public);
  const may = closed.filter((each) => each.roles.includes(role)).length;
  return may === closed.length ? 'all' : may === 0 ? 'none' : 'some';
}
