import type { Role } from '../../src-shared/contract/roles.ts';

/** A way that goods of a run take: keys of places; those in between are depots, `bend:` only bends the road. */
export type Lane = readonly string[];

export interface DemoRun {
  brand: string;
  name: string;
  /** Days from today. */
  start: number;
  end: number;
  timeZone: string;
  trackers: number;
  lanes: readonly Lane[];
  /** Key batch that its trackers come from. */
  batch: string;
}

export const demoClients: readonly { name: string; notes: string; brands: readonly string[] }[] = [
  {
    name: 'Nordlicht Möbel GmbH',
    notes: 'Furniture; trackers in sofas and desks, one per parcel.',
    brands: ['Nordlicht Home', 'Nordlicht Office'],
  },
  {
    name: 'Verdant Mobility B.V.',
    notes: 'E-bikes and cargo bikes; tracker under the saddle clamp.',
    brands: ['Verdant E-Bikes', 'Verdant Cargo'],
  },
  {
    name: 'Aurum Coffee Equipment S.L.',
    notes: 'Espresso and vending machines; tracker behind the service panel.',
    brands: ['Aurum Espresso', 'Aurum Vending'],
  },
];

/** Where a road must bend, so that it does not cross water. */
export const bends: Record<string, { latitude: number; longitude: number }> = {
  'bend:halmstad': { latitude: 56.674, longitude: 12.857 },
  'bend:jonkoping': { latitude: 57.7826, longitude: 14.1618 },
  'bend:tanum': { latitude: 58.7229, longitude: 11.3238 },
  'bend:lerida': { latitude: 41.6176, longitude: 0.62 },
  'bend:antwerp': { latitude: 51.2194, longitude: 4.4025 },
};

/** Ten runs: two over, six under way, two not begun. */
export const demoRuns: readonly DemoRun[] = [
  {
    brand: 'Nordlicht Home',
    name: 'Autumn upholstery',
    start: -75,
    end: -9,
    timeZone: 'Europe/Berlin',
    trackers: 120,
    batch: 'A',
    lanes: [
      ['hamburg', 'berlin'],
      ['hamburg', 'lehrte', 'leipzig'],
    ],
  },
  {
    brand: 'Verdant E-Bikes',
    name: 'Summer fleet',
    start: -50,
    end: -3,
    timeZone: 'Europe/Amsterdam',
    trackers: 140,
    batch: 'A',
    lanes: [
      ['rotterdam', 'bend:antwerp', 'brussels'],
      ['rotterdam', 'bend:antwerp', 'paris'],
      ['rotterdam', 'bend:antwerp', 'lyon', 'marseille'],
      ['rotterdam', 'rotterdam-east'],
    ],
  },
  {
    brand: 'Nordlicht Home',
    name: 'Winter sofas',
    start: -24,
    end: 40,
    timeZone: 'Europe/Berlin',
    trackers: 260,
    batch: 'B',
    lanes: [
      ['hamburg', 'lehrte', 'munich'],
      ['hamburg', 'berlin'],
      ['hamburg', 'lehrte', 'leipzig'],
      ['hamburg', 'hamburg-city'],
    ],
  },
  {
    brand: 'Nordlicht Office',
    name: 'Desks, fourth quarter',
    start: -16,
    end: 60,
    timeZone: 'Europe/Warsaw',
    trackers: 220,
    batch: 'B',
    lanes: [
      ['wroclaw', 'strykow', 'warsaw'],
      ['wroclaw', 'krakow'],
      ['wroclaw', 'prague'],
      ['wroclaw', 'wroclaw-city'],
    ],
  },
  {
    brand: 'Verdant E-Bikes',
    name: 'Nordic dealers',
    start: -13,
    end: 30,
    timeZone: 'Europe/Stockholm',
    trackers: 200,
    batch: 'C',
    lanes: [
      ['goteborg', 'bend:halmstad', 'malmo', 'copenhagen'],
      ['goteborg', 'bend:jonkoping', 'stockholm'],
      ['goteborg', 'bend:tanum', 'oslo'],
      ['goteborg', 'goteborg-city'],
    ],
  },
  {
    brand: 'Verdant Cargo',
    name: 'City couriers Brazil',
    start: -12,
    end: 45,
    timeZone: 'America/Sao_Paulo',
    trackers: 180,
    batch: 'C',
    lanes: [
      ['campinas', 'sao-paulo'],
      ['campinas', 'rio'],
      ['campinas', 'campinas-city'],
    ],
  },
  {
    brand: 'Aurum Espresso',
    name: 'Machines Iberia',
    start: -10,
    end: 90,
    timeZone: 'Europe/Madrid',
    trackers: 240,
    batch: 'D',
    lanes: [
      ['barcelona', 'bend:lerida', 'zaragoza', 'madrid'],
      ['barcelona', 'bend:lerida', 'zaragoza', 'lisbon'],
      ['barcelona', 'barcelona-city'],
    ],
  },
  {
    brand: 'Aurum Vending',
    name: 'Vending South-East',
    start: -20,
    end: 50,
    timeZone: 'America/Chicago',
    trackers: 220,
    batch: 'D',
    lanes: [
      ['memphis', 'nashville'],
      ['memphis', 'nashville', 'atlanta'],
      ['memphis', 'memphis-city'],
    ],
  },
  {
    brand: 'Aurum Vending',
    name: 'Vending Australia',
    start: 6,
    end: 80,
    timeZone: 'Australia/Melbourne',
    trackers: 90,
    batch: 'E',
    lanes: [['melbourne', 'sydney']],
  },
  {
    brand: 'Nordlicht Office',
    name: 'Alpine offices',
    start: 20,
    end: 110,
    timeZone: 'Europe/Rome',
    trackers: 60,
    batch: 'E',
    lanes: [['segrate', 'munich']],
  },
];

/** Manufactured and on the shelf; and keys whose devices have not come back from the manufacturer yet. */
export const STOCK = { batch: 'E', trackers: 170 } as const;
export const AT_MANUFACTURER = { batch: 'F', trackers: 100 } as const;

/** Days ago that each batch of keys was made. */
export const demoBatches: readonly { key: string; label: string; madeDaysAgo: number }[] = [
  { key: 'A', label: 'Lot 1, pilot series', madeDaysAgo: 110 },
  { key: 'B', label: 'Lot 2, furniture', madeDaysAgo: 58 },
  { key: 'C', label: 'Lot 3, bikes', madeDaysAgo: 47 },
  { key: 'D', label: 'Lot 4, machines', madeDaysAgo: 44 },
  { key: 'E', label: 'Lot 5, winter', madeDaysAgo: 21 },
  { key: 'F', label: 'Lot 6, at the manufacturer', madeDaysAgo: 4 },
];

export interface DemoAccount {
  username: string;
  displayName: string;
  role: Role;
  password: string;
  /** A client viewer's client. */
  client?: string;
}

/** One person a role. The passwords are for a demo on this machine: seeding refuses a database with data of its own. */
export const demoAccounts = (adminPassword: string): readonly DemoAccount[] => [
  { username: 'admin', displayName: 'Administrator', role: 'admin', password: adminPassword },
  { username: 'ops', displayName: 'Olena, operations', role: 'operations', password: 'demo-operations-2026' },
  { username: 'warehouse', displayName: 'Wim, warehouse', role: 'warehouse', password: 'demo-warehouse-2026' },
  { username: 'reviewer', displayName: 'Rafael, reviewer', role: 'reviewer', password: 'demo-reviewer-2026' },
  {
    username: 'viewer',
    displayName: 'Vera at Verdant',
    role: 'client-viewer',
    password: 'demo-viewer-2026',
    client: 'Verdant Mobility B.V.',
  },
];
export const DEFAULT_ADMIN_PASSWORD = 'demo-console-2026';
