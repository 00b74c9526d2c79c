/** Every screen of the console, as the administrator opens it in the demo. */
export interface Screen {
  name: string;
  path: string;
  /** Text of the level-one heading, when the path alone does not tell that the screen has come. */
  heading: string | RegExp;
  /** Not compared with a picture: what it shows differs from run to run. */
  noPicture?: boolean;
}

export const screens: readonly Screen[] = [
  { name: 'overview', path: '/', heading: 'Overview' },
  { name: 'trackers', path: '/trackers?sort=id', heading: 'Trackers' },
  { name: 'tracker', path: '/trackers/600', heading: /[0-9A-F]{2}:/ },
  { name: 'tracker-reports', path: '/trackers/600?tab=reports', heading: /[0-9A-F]{2}:/, noPicture: true },
  { name: 'map', path: '/map', heading: 'Map' },
  { name: 'map-heat', path: '/map?layer=heat', heading: 'Map', noPicture: true },
  { name: 'map-replay', path: '/map?replay=101,600,900', heading: 'Map' },
  { name: 'locations', path: '/locations', heading: 'Locations' },
  { name: 'alerts', path: '/alerts', heading: /./, noPicture: true },
  { name: 'reports', path: '/reports', heading: /./, noPicture: true },
  { name: 'manufacturers', path: '/manufacturers', heading: /./ },
  { name: 'key-protection', path: '/key-protection', heading: /./, noPicture: true },
  { name: 'key-batches', path: '/key-batches', heading: 'Key batches' },
  { name: 'key-batch', path: '/key-batches/1', heading: /Lot/ },
  { name: 'orders', path: '/orders', heading: 'Orders' },
  { name: 'order', path: '/orders/14', heading: /ORD-000014/ },
  { name: 'scan-station', path: '/scan', heading: /./ },
  { name: 'clients', path: '/clients', heading: 'Clients' },
  { name: 'production-runs', path: '/production-runs', heading: 'Production runs' },
  { name: 'production-run', path: '/production-runs/3', heading: /./ },
  { name: 'fetcher', path: '/fetcher', heading: 'Fetcher' },
  { name: 'jobs', path: '/jobs', heading: 'Jobs' },
  { name: 'users', path: '/users', heading: /Users/ },
  { name: 'audit', path: '/audit', heading: 'Audit log' },
  { name: 'settings', path: '/settings', heading: 'Settings' },
];
