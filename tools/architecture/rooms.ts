import { sharedRoomOf } from './shared-rooms.ts';
import { targetsOf } from './sources.ts';

/** The rooms of src-main/core and src-renderer/pages: what each may use, together with whatever those may use. */
const uses = {
  monitoring: ['fetching', 'analytics', 'offline', 'manufacturing'],
  offline: ['orders', 'map'],
  analytics: ['orders', 'locations'],
  map: ['trackers', 'locations'],
  fetching: ['trackers', 'places'],
  orders: ['trackers'],
  manufacturing: ['trackers'],
  trackers: ['access'],
  locations: ['access', 'places'],
  access: ['clients', 'keys'],
  clients: ['status'],
  status: ['platform'],
  keys: ['audit'],
  places: ['platform'],
  audit: ['platform'],
  platform: [],
} as const satisfies Record<string, readonly string[]>;

/** `app` stands above the table: it puts the others together, and none of them knows it. */
export type Room = keyof typeof uses | 'app';
export const rooms = ['app', ...Object.keys(uses)] as Room[];

function closureOf(room: Room): ReadonlySet<Room> {
  const closure = new Set<Room>([room]);
  // A set also visits what is added to it on the way.
  for (const each of closure) if (each !== 'app') for (const used of uses[each]) closure.add(used);
  return closure;
}
const closures = new Map(rooms.map((room) => [room, room === 'app' ? new Set(rooms) : closureOf(room)]));

/** Whether code of a room may use another one's. */
export const mayUse = (room: Room, other: Room): boolean => closures.get(room)!.has(other);

const CORE = 'src-main/core/';
const PAGES = 'src-renderer/pages/';
/** The list of all routes: the router, the client and the API's description are derived from it. */
const ALL_ROUTES = 'src-shared/contract/routes.ts';

function roomIn(folder: string, file: string): Room | null {
  const [first, ...rest] = file.slice(folder.length).split('/');
  return rest.length > 0 && rooms.includes(first as Room) ? (first as Room) : null;
}

/** The room of a file of core; null for any other file. */
export const coreRoomOf = (file: string): Room | null => (file.startsWith(CORE) ? roomIn(CORE, file) : null);

/** What is wrong with where a file stands and with what it imports, in sentences. `file` is relative to the root. */
export function wrongRooms(file: string, text: string): string[] {
  const folder = [CORE, PAGES].find((each) => file.startsWith(each)) ?? null;
  const from = folder === null ? sharedRoomOf(file) : roomIn(folder, file);
  if (folder !== null && from === null) return [`${file} stands in no room: ${folder} has ${rooms.join(', ')}.`];
  if (from === null || file === ALL_ROUTES) return [];
  return targetsOf(file, text).flatMap((target) => {
    const why = wrongTarget(from, folder, target);
    return why === null ? [] : [`${file} imports ${target}: ${why}.`];
  });
}

function wrongTarget(from: Room, folder: string | null, target: string): string | null {
  const near = folder !== null && target.startsWith(folder);
  if (near && target.includes('/testing/')) return 'testing folders are for tests';
  // A page may show what any contract offers.
  const to = near ? roomIn(folder, target) : folder === PAGES ? null : sharedRoomOf(target);
  if (to === null || mayUse(from, to)) return null;
  return near ? `${from} may not use ${to}` : `it speaks of ${to}, which ${from} may not use`;
}
