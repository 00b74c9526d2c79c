import { stringify } from 'csv-stringify/sync';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { Tracker, TrackerColumn } from '../../../src-shared/contract/trackers.ts';
import { neutraliseCell } from '../platform/files/csv-cell.ts';

type Cell = string | number | null | undefined;

/** Header cells and values of each column of the list; a position is two. Times are ISO 8601 in UTC. */
const columns: Record<TrackerColumn, { headers: string[]; cells: (tracker: Tracker) => Cell[] }> = {
  mac: one('mac_address', (tracker) => tracker.macAddress),
  status: one('status', (tracker) => tracker.status),
  statusSince: one('status_since', (tracker) => tracker.statusSince),
  location: one('location', (tracker) => tracker.location?.name),
  lastReported: one('last_reported_at', (tracker) => tracker.lastReport?.reportedAt),
  nearestCity: one('nearest_city', ({ lastReport }) => lastReport?.nearestCity && cityOf(lastReport.nearestCity)),
  position: {
    headers: ['latitude', 'longitude', 'accuracy_m'],
    cells: ({ lastReport }) => [
      lastReport?.position.coordinates[1],
      lastReport?.position.coordinates[0],
      lastReport?.horizontalAccuracyM,
    ],
  },
  battery: one('battery', ({ lastReport: last }) =>
    last?.batteryVolts == null ? last?.batteryLevel : `${last.batteryVolts.toFixed(1)} V`,
  ),
  client: one('client', (tracker) => tracker.client?.name),
  brand: one('brand', (tracker) => tracker.brand?.name),
  productionRun: one('production_run', (tracker) => tracker.productionRun?.name),
  name: one('name', (tracker) => tracker.runPeriod?.name),
  goodsReference: one('goods_reference', (tracker) => tracker.runPeriod?.goodsReference),
  tags: one('tags', (tracker) => tracker.runPeriod?.tags.join('; ')),
  note: one('note', (tracker) => tracker.runPeriod?.note),
  order: one('order', (tracker) => tracker.customerOrder?.number),
  stage: one('stage', (tracker) => tracker.stage),
  serial: one('serial_number', (tracker) => tracker.serialNumber),
  keyBatch: one('key_batch', (tracker) => tracker.keyBatch?.name),
  reports: one('reports', (tracker) => tracker.reportCount),
  hashedKey: one('hashed_advertisement_key', (tracker) => tracker.hashedAdvertisementKey),
};

function one(header: string, cell: (tracker: Tracker) => Cell) {
  return { headers: [header], cells: (tracker: Tracker) => [cell(tracker)] };
}
const cityOf = ({ name, countryCode }: { name: string; countryCode: string }) => `${name}, ${countryCode}`;

/**
 * The trackers of a list as CSV, a page at a time while the receiver takes them, so that a million need little memory
 * and no long transaction. What changes meanwhile may be in the file as it was or as it is.
 */
export async function* trackerCsv(
  chosen: readonly TrackerColumn[],
  readPage: (cursor: string | undefined) => Promise<Page<Tracker>>,
): AsyncGenerator<string, void, undefined> {
  const csv = (rows: Cell[][]) =>
    stringify(rows, { record_delimiter: 'windows', cast: { string: (text) => neutraliseCell(text) } });
  yield csv([chosen.flatMap((column) => columns[column].headers)]);
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await readPage(cursor);
    yield csv(items.map((tracker) => chosen.flatMap((column) => columns[column].cells(tracker))));
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}
