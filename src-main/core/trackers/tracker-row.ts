import type { LocationKind, Status } from '../../../src-shared/contract/status.ts';
import type { ReturnReason, Tracker } from '../../../src-shared/contract/trackers.ts';
import { type Battery, readBattery } from '../../../src-shared/domain/find-my/battery.ts';
import { orderNumber } from '../../../src-shared/domain/order-number.ts';
import { iso, isoOrNull, reference } from '../platform/db/listing.ts';
import type { Stage } from './tracker-filters-store.ts';

/** A tracker as the statement in trackers-store.ts selects it. */
export interface TrackerRow {
  /** The value that the list is sorted by, as text. */
  value: string | null;
  id: number;
  mac_address: string | null;
  serial_number: string | null;
  advertisement_key: string;
  hashed_advertisement_key: string;
  stage: Stage;
  batch_id: number | null;
  batch_label: string | null;
  run_id: number | null;
  run_name: string | null;
  period_id: number | null;
  period_name: string | null;
  goods_reference: string | null;
  tags: string[] | null;
  note: string | null;
  brand_id: number | null;
  brand_name: string | null;
  client_id: number | null;
  client_name: string | null;
  order_id: number | null;
  status: Status;
  status_since: Date | null;
  location_id: number | null;
  location_name: string | null;
  location_kind: LocationKind | null;
  last_reported_at: Date | null;
  last_longitude: number | null;
  last_latitude: number | null;
  last_horizontal_accuracy_m: number | null;
  last_battery_level: Battery | null;
  city_name: string | null;
  city_country: string | null;
  city_distance_m: number | null;
  report_count: number;
  retired_at: Date | null;
  retirement_reason: ReturnReason | null;
  created_at: Date;
  planned_at: Date | null;
  planned_run_id: number | null;
  planned_run_name: string | null;
}

export const toTracker = (row: TrackerRow): Tracker => ({
  id: row.id,
  macAddress: row.mac_address,
  serialNumber: row.serial_number,
  advertisementKey: row.advertisement_key,
  hashedAdvertisementKey: row.hashed_advertisement_key,
  stage: row.stage,
  keyBatch: reference(row.batch_id, row.batch_label),
  productionRun: reference(row.run_id, row.run_name),
  runPeriod:
    row.period_id === null
      ? null
      : {
          id: row.period_id,
          name: row.period_name,
          goodsReference: row.goods_reference,
          tags: row.tags ?? [],
          note: row.note,
        },
  brand: reference(row.brand_id, row.brand_name),
  client: reference(row.client_id, row.client_name),
  customerOrder: row.order_id === null ? null : { id: row.order_id, number: orderNumber(row.order_id) },
  retired: row.retired_at && row.retirement_reason && { at: iso(row.retired_at), reason: row.retirement_reason },
  planned: row.planned_at && {
    productionRun: reference(row.planned_run_id, row.planned_run_name),
    beginsAt: iso(row.planned_at),
  },
  status: row.status,
  statusSince: isoOrNull(row.status_since),
  location:
    row.location_id === null || row.location_kind === null
      ? null
      : { id: row.location_id, name: row.location_name ?? '', kind: row.location_kind },
  lastReport: lastReport(row),
  reportCount: row.report_count,
  createdAt: iso(row.created_at),
});

function lastReport(row: TrackerRow): Tracker['lastReport'] {
  const { last_reported_at: at, last_longitude: longitude, last_latitude: latitude } = row;
  if (at === null || longitude === null || latitude === null) return null;
  const city = row.city_name === null ? null : { name: row.city_name, countryCode: row.city_country ?? '' };
  return {
    reportedAt: iso(at),
    position: { type: 'Point', coordinates: [longitude, latitude] },
    horizontalAccuracyM: row.last_horizontal_accuracy_m ?? 0,
    ...readBattery(row.last_battery_level),
    nearestCity: city && { ...city, distanceM: row.city_distance_m ?? 0 },
  };
}
