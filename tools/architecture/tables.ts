import type { Room } from './rooms.ts';
import { coreRoomOf } from './rooms.ts';

/** The tables of the database by the room that writes them. Triggers and functions of migrations may write any. */
const tables: Partial<Record<Room, readonly string[]>> = {
  monitoring: ['consoles'],
  offline: ['device_changes', 'workstation_mutations'],
  analytics: [
    'alert_triage',
    'alerts',
    'analytics_pending',
    'deliveries',
    'run_count_changes',
    'run_count_sums',
    'time_count_changes',
    'time_count_sums',
  ],
  fetching: [
    'corrupt_reports',
    'fetch_days',
    'fetch_states',
    'fetcher_days',
    'fetcher_minutes',
    'fetcher_totals',
    'location_reports',
    'report_retention',
    'report_sources',
    'source_canaries',
    'unstamped_months',
    'waiting_reports',
  ],
  orders: [
    'box_differences',
    'customer_order_events',
    'customer_orders',
    'device_allocations',
    'device_pairings',
    'scans',
  ],
  manufacturing: [
    'import_seen_values',
    'key_batches',
    'manufacturer_exports',
    'manufacturer_webhooks',
    'manufacturers',
    'unexpected_devices',
    'webhook_deliveries',
  ],
  trackers: [
    'device_keys',
    'former_mac_addresses',
    'heard_count_changes',
    'heard_count_sums',
    'key_moves',
    'planned_periods',
    'run_periods',
    'tracker_cells',
    'tracker_count_changes',
    'tracker_count_sums',
    'place_count_changes',
    'place_count_sums',
    'trackers',
  ],
  locations: ['locations', 'production_run_locations'],
  access: ['api_tokens', 'recovery_codes', 'saved_views', 'sessions', 'sign_in_attempts', 'user_totp', 'users'],
  clients: ['brands', 'clients', 'production_runs'],
  status: [
    'fence_archivals',
    'fence_attachments',
    'fence_shapes',
    'run_fences',
    'run_status_changes',
    'run_status_rules',
    'status_history',
    'status_pending',
    'tracker_aggregates',
    'tracker_status',
  ],
  keys: ['data_key_rewraps', 'data_keys', 'key_encryption_keys'],
  places: ['nearest_cities'],
  audit: ['audit_log', 'audit_unsealed'],
  platform: [
    'housekeeping_turns',
    'idempotency_keys',
    'job_files',
    'job_problems',
    'jobs',
    'schema_migrations',
    'settings',
  ],
};

const ownerOf = new Map(Object.entries(tables).flatMap(([room, names]) => names.map((name) => [name, room as Room])));

/** Every table that has an owner. */
export const ownedTables = [...ownerOf.keys()];

/** The tables that a migration's text creates. */
export const tablesIn = (migration: string): string[] =>
  [...migration.matchAll(/^create (?:unlogged )?table (?:if not exists )?(\w+)/gim)].map(([, name]) => name as string);

/** The tables that a migration's text drops. */
export const droppedIn = (migration: string): string[] =>
  [...migration.matchAll(/^drop table (\w+);/gim)].map(([, name]) => name as string);

/** What has to be done about a table that no room owns. */
export const withoutOwner = (table: string): string[] =>
  ownerOf.has(table) ? [] : [`The table ${table} has no owner: name its room in tools/architecture/tables.ts.`];

const TABLE = '("?\\w+|\\$\\{[^}]*\\})';
const WRITE = new RegExp(
  [
    `(?:insert into|delete from|merge into|truncate(?: table)?)\\s+(?:only\\s+)?${TABLE}`,
    `update\\s+(?:only\\s+)?${TABLE}(?:\\s+(?:as\\s+)?\\w+)?\\s+set\\s`,
    `copy\\s+${TABLE}\\s*(?:\\([^)]*\\)\\s*)?from\\s`,
  ].join('|'),
  'gi',
);

/** What a text of SQL writes to: names of tables, `${…}` for one that is put in. */
const written = (text: string): string[] =>
  [...text.matchAll(WRITE)].map((match) => (match[1] ?? match[2] ?? match[3] ?? '').replace('"', '').toLowerCase());

const STORE = 'src-main/core/offline/store/';
/** Makes and writes the tables of the MBTiles file of a workstation, which no other code opens. */
const MAP_FILE = 'src-main/core/map/packs/pack-file-store.ts';
const ofMapFile = ['metadata', 'stored_tiles', 'packs', 'pack_tiles'];

/** The writes of a file of core to tables that its room doesn't own. `ofWorkstation` are the tables of the workstation's SQLite. */
export function foreignWrites(file: string, text: string, ofWorkstation: ReadonlySet<string>): string[] {
  const room = coreRoomOf(file);
  const wrong = new Set(written(text).flatMap((table) => wrongWrite(file, room, table, ofWorkstation) ?? []));
  return [...wrong].map((why) => `${file} ${why}.`);
}

function wrongWrite(file: string, room: Room | null, table: string, ofWorkstation: ReadonlySet<string>): string | null {
  if (table.startsWith('${')) return 'writes to a table whose name is put in: write it out';
  if (file.startsWith(STORE)) {
    return ofWorkstation.has(table) ? null : `writes ${table}, but offline/store has only the workstation's SQLite`;
  }
  if (file === MAP_FILE)
    return ofMapFile.includes(table) ? null : `writes ${table}, but it has only the MBTiles file of a workstation`;
  const owner = ownerOf.get(table);
  if (owner === undefined) {
    return ofWorkstation.has(table)
      ? `writes ${table} of the workstation's SQLite: only offline/store may`
      : `writes ${table}, which no migration creates`;
  }
  return owner === room ? null : `writes ${table}, which only ${owner} may`;
}
