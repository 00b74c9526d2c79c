import { TOTP } from 'otpauth';
import sql from 'sql-template-tag';
import { plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import type { OperationId } from '../../../../src-shared/contract/routes.ts';
import { insertConsole } from '../../monitoring/testing/insert-console.ts';
import type { AuditedWorld } from './audited-world.ts';

export interface AuditedRequest {
  params?: Record<string, number | string>;
  query?: string;
  body?: unknown;
  /** A file is sent as this, not as JSON. */
  csv?: boolean;
  /** Another session or token than that of the administrator. */
  as?: string;
  /** It uses up something that no transaction holds: the second try needs one of its own. */
  onceOnly?: boolean;
}
type Recipe = (world: AuditedWorld) => AuditedRequest | Promise<AuditedRequest>;

const PASSPHRASE = 'a passphrase of the test';
const point = { type: 'Point', coordinates: [10, 53] };
const place = (name: string) => ({ name, position: point });
const codeOf = (world: AuditedWorld, secret: string) =>
  new TOTP({ secret }).generate({ timestamp: world.app.clock.now.getTime() });

/** A person who has begun to set up a second factor. */
async function enrolling(world: AuditedWorld, name: string) {
  const person = await world.person(name);
  const { secret } = await world.post('/auth/totp', { currentPassword: world.password }, person.as);
  return { ...person, code: codeOf(world, secret) };
}
async function enrolled(world: AuditedWorld, name: string) {
  const { as, id, code } = await enrolling(world, name);
  await world.post('/auth/totp/confirmation', { code }, as);
  return { as, id };
}

/** A request that succeeds for each audited operation; in this order, later ones build on earlier ones. */
export const auditedRequests: Partial<Record<OperationId, Recipe>> = {
  exportAuditLog: () => ({ query: 'format=csv' }),
  login: ({ password }) => ({ body: { username: 'ada', password } }),
  logout: async (w) => ({ as: (await w.person('leaver')).as }),
  changePassword: async (w) => ({
    as: (await w.person('changer')).as,
    body: { currentPassword: w.password, newPassword: `${w.password} too` },
  }),
  createUser: ({ password }) => ({ body: { username: 'nina', displayName: 'Nina', password, role: 'warehouse' } }),
  updateUser: ({ ids }) => ({ params: { userId: ids.userId! }, body: { displayName: 'Renamed' } }),
  createApiToken: () => ({ body: { name: 'A program', scopes: ['read'], expiresInDays: 1 } }),
  revokeApiToken: ({ ids }) => ({ params: { apiTokenId: ids.apiTokenId! } }),
  revokeSession: ({ ids }) => ({ params: { sessionId: ids.sessionId! } }),
  beginTotp: async (w) => ({ as: (await w.person('beginner')).as, body: { currentPassword: w.password } }),
  confirmTotp: async (w) => {
    const { as, code } = await enrolling(w, 'confirmer');
    return { as, body: { code } };
  },
  removeTotp: async (w) => ({ as: (await enrolled(w, 'remover')).as, body: { currentPassword: w.password } }),
  resetUserTotp: async (w) => ({ params: { userId: (await enrolled(w, 'resetter')).id } }),

  createClient: () => ({ body: { name: 'Made' } }),
  updateClient: ({ ids }) => ({ params: { clientId: ids.clientId! }, body: { notes: 'changed' } }),
  deleteClient: async (w) => ({ params: { clientId: (await w.post('/clients', { name: 'Gone' })).id } }),
  createBrand: ({ ids }) => ({ body: { name: 'Made', clientId: ids.clientId } }),
  updateBrand: ({ ids }) => ({ params: { brandId: ids.brandId! }, body: { name: 'Renamed' } }),
  deleteBrand: async (w) => ({
    params: { brandId: (await w.post('/brands', { name: 'Gone', clientId: w.ids.clientId })).id },
  }),
  createProductionRun: ({ ids }) => ({ body: { name: 'Made', brandId: ids.brandId, ...dates } }),
  updateProductionRun: ({ ids }) => ({ params: { productionRunId: ids.productionRunId! }, body: { name: 'Renamed' } }),
  deleteProductionRun: async (w) => ({
    params: {
      productionRunId: (await w.post('/production-runs', { name: 'Gone', brandId: w.ids.brandId, ...dates })).id,
    },
  }),
  createStorageLocation: () => ({ body: place('Made depot') }),
  updateStorageLocation: ({ ids }) => ({ params: { locationId: ids.storageId! }, body: { name: 'Renamed depot' } }),
  deleteStorageLocation: async (w) => ({
    params: { locationId: (await w.post('/storage-locations', place('Gone depot'))).id },
  }),
  createDeliveryLocation: ({ ids }) => ({ body: { ...place('Made shop'), productionRunId: ids.productionRunId } }),
  updateDeliveryLocation: ({ ids }) => ({ params: { locationId: ids.deliveryId! }, body: { name: 'Renamed shop' } }),
  deleteDeliveryLocation: async (w) => {
    const body = { ...place('Gone shop'), productionRunId: w.ids.productionRunId };
    return { params: { locationId: (await w.post('/delivery-locations', body)).id } };
  },
  importLocations: () => ({ body: { locations: [{ row: 1, kind: 'storage', ...place('Imported depot') }] } }),
  previewFenceHistory: ({ ids }) => ({ params: { locationId: ids.deliveryId! }, body: { geofenceRadiusM: 120 } }),
  describeRunPeriod: ({ ids }) => ({
    params: { trackerId: ids.trackerId!, runPeriodId: ids.runPeriodId! },
    body: { note: 'Top shelf' },
  }),
  correctTracker: ({ ids }) => ({
    params: { trackerId: ids.trackerId! },
    body: { serialNumber: 'SN-CORRECTED', reason: 'Mistyped' },
  }),
  moveDeviceKeys: (w) => {
    const [a, b] = w.trackers.slice(0, 2).map(({ id }) => id);
    return {
      body: {
        moves: [
          { trackerId: a, keysOf: b },
          { trackerId: b, keysOf: a },
        ],
        reason: 'The labels were exchanged',
      },
    };
  },
  moveSingleKeys: async (w) => {
    const [a, b] = w.trackers.slice(0, 2).map(({ id }) => id) as [number, number];
    const keyOf = async (id: number) => {
      const { rows } = await w.app.parts.db.query<{ key: string }>(sql`
        select encode(hashed_advertisement_key, 'base64') as key from device_keys where tracker_id = ${id}`);
      return rows[0]!.key;
    };
    const keys = [
      { hashedKey: await keyOf(a), fromTrackerId: a, toTrackerId: b },
      { hashedKey: await keyOf(b), fromTrackerId: b, toTrackerId: a },
    ];
    return { body: { keys, reason: 'Parts were exchanged' } };
  },
  createTracker: () => ({
    body: {
      productionRunId: null,
      advertisementKey: Buffer.alloc(28, 7).toString('base64'),
      reason: 'Found in a drawer',
    },
  }),
  describeTrackers: (w) => ({ body: { trackerIds: [w.trackers[1]!.id], addTags: ['cold'] } }),
  restoreRunPeriods: ({ ids }) => {
    const words = { name: 'Pallet', goodsReference: null, tags: [], note: null };
    return { body: { periods: [{ runPeriodId: ids.runPeriodId, words, expected: words }] } };
  },
  checkFences: () => ({}),
  resizeFences: ({ ids }) => ({
    body: { fences: [{ locationId: ids.deliveryId, geofenceRadiusM: 120, currentRadiusM: 110 }] },
  }),
  previewStatusRules: () => ({ body: { exitConfirmations: 2 } }),
  updateBackupSettings: () => ({ body: { enabled: true } }),
  updateNetworkSettings: () => ({ body: { privateNetworks: true } }),
  updateStatusRules: () => ({ body: { maxAccuracyM: 200 } }),

  createKeyBatch: () => ({ body: { count: 2, label: 'Made' } }),
  restartKeyBatch: async (w) => {
    const { id, resource } = await w.post('/key-batches', { count: 2, label: 'Started again' });
    await w.app.jobEnd(id, w.admin);
    await w.app.parts.db.query(sql`update key_batches set state = 'cancelled' where id = ${resource.id}`);
    return { params: { keyBatchId: resource.id } };
  },
  setBatchFirmware: ({ batchId }) => ({ params: { keyBatchId: batchId }, body: { firmware: 'pix' } }),
  exportKeyBatch: ({ batchId }) => ({ params: { keyBatchId: batchId }, query: 'format=csv' }),
  createManufacturerExport: ({ batchId, manufacturerId }) => ({
    params: { keyBatchId: batchId },
    body: { manufacturerId, keys: 'next', count: 2 },
  }),
  setExportDueDate: ({ exportId }) => ({
    params: { manufacturerExportId: exportId },
    body: { dueDate: '2026-12-24' },
  }),
  getManufacturerExportFile: ({ exportId }) => ({ params: { manufacturerExportId: exportId } }),
  importManufacturedDevices: (w) => ({ params: { keyBatchId: w.batchId }, csv: true, body: w.devices(0, 1) }),
  createManufacturer: () => ({ body: { name: 'Made', profile: plainProfile('csv') } }),
  updateManufacturer: (w) => ({ params: { manufacturerId: w.manufacturerId }, body: { notes: 'changed' } }),
  deleteManufacturer: async (w) => {
    const { id } = await w.post('/manufacturers', { name: 'Gone', profile: plainProfile('csv') });
    return { params: { manufacturerId: id } };
  },
  createManufacturerToken: (w) => ({
    params: { manufacturerId: w.manufacturerId },
    body: { name: 'Line 2', expiresInDays: 1 },
  }),
  setManufacturerWebhook: (w) => ({
    params: { manufacturerId: w.manufacturerId },
    body: { url: 'https://hooks.example.org/' },
  }),
  deleteManufacturerWebhook: (w) => ({ params: { manufacturerId: w.manufacturerId } }),
  getKeyOrderFile: (w) => ({ params: { keyOrderId: w.exportId }, as: w.partner }),
  acknowledgeKeyOrder: (w) => ({ params: { keyOrderId: w.exportId }, as: w.partner }),
  sendManufacturedDevices: (w) => ({
    params: { keyOrderId: w.exportId },
    as: w.partner,
    csv: true,
    body: w.devices(1, 2),
  }),
  getKeyOrderRejectedRows: async (w) => ({ params: { jobId: await w.rejectedJob(true) }, as: w.partner }),
  getRejectedRows: async (w) => ({ params: { jobId: await w.rejectedJob(false) } }),
  importTrackers: (w) => ({
    query: `productionRunId=${w.ids.productionRunId}`,
    csv: true,
    body: 'macAddress,advertisementKey\n',
  }),

  prepareRecoveryKit: ({ password }) => ({ body: { password } }),
  preparePrivateKeyExport: ({ password, batchId }) => ({ body: privateKeys(password, batchId) }),
  fetchDownload: async (w) => ({
    params: { ticket: (await w.post('/private-key-exports', privateKeys(w.password, w.batchId))).ticket },
    onceOnly: true,
  }),
  lockKeys: () => ({}),
  unlockKeys: ({ password }) => ({ body: { password } }),
  rotateKey: ({ password }) => ({ body: { password } }),
  changePassphrase: async (w) => {
    await w.jobsOver();
    return { body: { password: w.password, passphrase: PASSPHRASE } };
  },

  enrolConsole: async (w) => {
    await w.jobsOver();
    return { body: { password: w.password, passphrase: PASSPHRASE } };
  },

  createSavedView: () => ({ body: view('Made') }),
  updateSavedView: async (w) => ({
    params: { savedViewId: (await w.post('/saved-views', view('Old name'))).id },
    body: { name: 'New name' },
  }),
  deleteSavedView: async (w) => ({ params: { savedViewId: (await w.post('/saved-views', view('Gone'))).id } }),
  exportTrackers: () => ({ query: 'columns=mac,status' }),
  assignTrackers: (w) => ({ body: { trackerIds: [w.trackers[1]!.id], productionRunId: w.ids.productionRunId } }),
  createCustomerOrder: ({ ids }) => ({ body: { clientId: ids.clientId, quantity: 1 } }),
  updateCustomerOrder: ({ ids }) => ({ params: { customerOrderId: ids.customerOrderId! }, body: { quantity: 2 } }),
  deleteCustomerOrder: async (w) => ({ params: { customerOrderId: await w.order() } }),
  allocate: (w) => ({ params: { customerOrderId: w.ids.customerOrderId! }, body: { scan: w.trackers[1]!.mac } }),
  getPackingList: ({ ids }) => ({ params: { customerOrderId: ids.customerOrderId! }, query: 'format=csv' }),
  getOrderLabels: ({ ids }) => ({ params: { customerOrderId: ids.customerOrderId! }, query: 'kind=device' }),
  returnScanned: (w) => ({ body: { scan: w.trackers[0]!.mac, reason: 'returned' } }),
  undoAllocation: (w) => ({
    params: { customerOrderId: w.ids.customerOrderId! },
    query: `macAddress=${w.trackers[1]!.mac}`,
  }),
  retireTrackers: (w) => ({ body: { trackerIds: [w.trackers[1]!.id], reason: 'lost' } }),
  bringBackTrackers: (w) => ({ body: { trackerIds: [w.trackers[1]!.id] } }),
  cancelPlannedPeriods: (w) => ({ body: { trackerIds: [w.trackers[1]!.id] } }),
  splitCustomerOrder: async (w) => ({ params: { customerOrderId: await w.order() }, body: { quantity: 1 } }),

  acknowledgeAlerts: ({ ids }) => ({ body: { alertIds: [ids.alertId] } }),
  triageAlerts: ({ ids }) => ({ body: { alertIds: [ids.alertId], snoozedUntil: '2199-01-01T00:00:00Z' } }),
  updateThresholds: () => ({ body: { silentHours: 30 } }),
  updateConsole: async (w) => ({
    params: { consoleId: await insertConsole(w.app.parts.db, 'desk') },
    body: { name: 'Hall 2' },
  }),
  forgetConsole: async (w) => ({ params: { consoleId: await insertConsole(w.app.parts.db, 'desk') } }),
  updateMapSettings: () => ({ body: { attribution: 'Somebody' } }),
  downloadReport: () => ({ params: { report: 'deliveries' }, query: 'format=csv' }),
  downloadTracks: ({ ids }) => ({ query: `trackerId=${ids.trackerId}&format=csv` }),
  controlFetcher: () => ({ body: { action: 'pause' } }),
  updateFetcherSettings: () => ({ body: { batchSize: 50 } }),
  createReportSource: () => ({ body: { name: 'Made', kind: 'haystack', url: 'http://127.0.0.1:1/' } }),
  updateReportSource: ({ ids }) => ({ params: { reportSourceId: ids.reportSourceId! }, body: { name: 'Renamed' } }),
  testReportSource: ({ ids }) => ({ params: { reportSourceId: ids.reportSourceId! } }),
  renewReportSourceLogin: ({ ids }) => ({
    params: { reportSourceId: ids.reportSourceId! },
    body: { credentials: { username: 'ada', password: 'secret' } },
  }),
  deleteReportSource: ({ ids }) => ({ params: { reportSourceId: ids.reportSourceId! } }),
  muteFetchFailures: ({ ids }) => ({ body: { trackerIds: [ids.trackerId], muted: true } }),
  cancelJob: async (w) => ({
    params: { jobId: (await w.post('/key-batches', { count: 200_000, label: 'Cancelled' })).id },
  }),
  updateGeocoder: () => ({ body: { service: 'photon', url: 'https://photon.example.org' } }),
  updateDatabaseConnections: () => ({ body: { connections: 60 } }),
  updateRetention: () => ({ body: { jobDays: 400 } }),
  // The last: others need the kit.
  deleteRecoveryKit: () => ({}),
};

const dates = { startDate: '2026-11-01', endDate: '2026-11-30' };
const view = (name: string) => ({ list: 'trackers', name, state: { search: '', hiddenColumns: null } });
const privateKeys = (password: string, keyBatchId: number) => ({
  format: 'keys',
  scope: { kind: 'key-batch', keyBatchId },
  encryption: { kind: 'none', understood: true },
  password,
});

const own = {
  why: 'kept in the store of a workstation, which rolls back nothing',
  test: 'app/audited-workstation.test.ts',
};

const ownMap = {
  why: 'kept in the map file of a workstation, which rolls back nothing',
  test: 'map/packs/packs-routes.test.ts',
};

/** Why an operation is not tried here, and the test that looks at its entry instead. */
export const auditedElsewhere: Partial<Record<OperationId, { why: string; test: string }>> = {
  createFirstAdministrator: { why: 'only a console without users has it', test: 'app/audited-routes.test.ts' },
  updateWorkstation: own,
  acknowledgeDamagedFile: own,
  updateOfflineSettings: own,
  pinReview: own,
  refreshReview: own,
  unpinReview: own,
  createMapPack: ownMap,
  actOnMapPack: ownMap,
  deleteMapPack: ownMap,
  returnDevice: { why: 'needs a device that is in an order', test: 'orders/returns.test.ts' },
  undoReturn: { why: 'needs a device that was returned', test: 'orders/returns.test.ts' },
  correctRunPeriod: { why: 'needs a period of the past', test: 'orders/planned-periods.test.ts' },
  settleBoxDifferences: { why: 'needs a box that differs from its order', test: 'orders/box-differences.test.ts' },
};
