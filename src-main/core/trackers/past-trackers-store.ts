import sql from 'sql-template-tag';
import { z } from 'zod';
import type { Page } from '../../../src-shared/contract/common.ts';
import type { LocationKind, Status } from '../../../src-shared/contract/status.ts';
import type { PastTracker } from '../../../src-shared/contract/trackers.ts';
import { normaliseMac } from '../../../src-shared/domain/mac-address.ts';
import { allOf, clientOf, contains, ifGiven, iso, keyAfter, ownClient, pageOf } from '../platform/db/listing.ts';
import type { Transaction } from '../platform/db/queryable.ts';

interface Row {
  id: number;
  tracker_id: number;
  mac_address: string | null;
  serial_number: string | null;
  run_id: number;
  run_name: string;
  client_id: number;
  client_name: string;
  ended_at: Date;
  status: Status;
  location_id: number | null;
  location_name: string | null;
  location_kind: LocationKind | null;
  reported_at: Date | null;
  longitude: number | null;
  latitude: number | null;
  accuracy_m: number | null;
  report_count: number;
}

interface PastQuery {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  clientId?: number | undefined;
  brandId?: number | undefined;
  productionRunId?: number | undefined;
}

/**
 * Trackers that moved on from a run, each with its latest period there, as it was at the end of it. A client's user gets
 * those of their own runs, and of the tracker itself what its label says. `search` looks in MAC and serial number. Plan:
 * run_periods_past of a run, or the primary key of run_periods backwards; the rest for the rows of the page.
 */
export async function pastTrackers(tx: Transaction, query: PastQuery): Promise<Page<PastTracker>> {
  const condition = allOf(
    sql`p.voided_at is null and p.ends_at < 'infinity' and ${ownClient(tx, 'p.client_id')}`,
    sql`not exists (select from run_periods l where l.tracker_id = p.tracker_id and l.voided_at is null
      and l.production_run_id = p.production_run_id and l.starts_at > p.starts_at)`,
    ifGiven(query.clientId, (id) => sql`p.client_id = ${id}::bigint`),
    ifGiven(query.brandId, (id) => sql`r.brand_id = ${id}::bigint`),
    ifGiven(query.productionRunId, (id) => sql`p.production_run_id = ${id}::bigint`),
    ifGiven(query.search || undefined, (text) => {
      const mac = normaliseMac(text);
      return mac === null
        ? sql`(t.serial_number ilike ${contains(text)} or t.mac_address::text ilike ${contains(text)})`
        : sql`t.mac_address = ${mac}::macaddr`;
    }),
    ifGiven(keyAfter(z.number().int(), query.cursor), (id) => sql`p.id < ${id}::bigint`),
  );
  const client = clientOf(tx);
  const { rows } = await tx.query<Row>(sql`
    with page as materialized (
      select p.id, p.tracker_id, p.production_run_id, p.client_id, p.starts_at, p.ends_at, upper(t.mac_address::text) as mac_address,
        t.serial_number, r.name as run_name, least(p.ends_at, run_ends_at(r)) as counts_until,
        greatest(p.starts_at, run_starts_at(r)) as counts_from
      from run_periods p join tracker_labels t on t.id = p.tracker_id join production_runs r on r.id = p.production_run_id
      where ${condition} order by p.id desc limit ${query.limit + 1})
    select page.id, page.tracker_id, page.mac_address, page.serial_number, page.production_run_id as run_id, page.run_name,
      page.client_id, c.name as client_name, page.ends_at as ended_at, coalesce(h.status, 'UNKNOWN') as status,
      l.id as location_id, l.name as location_name, l.kind as location_kind, last.reported_at,
      st_x(last.position::geometry) as longitude, st_y(last.position::geometry) as latitude,
      last.horizontal_accuracy_m as accuracy_m, coalesce(sums.reports, 0) as report_count
    from page join clients c on c.id = page.client_id
    left join lateral (
      select h.status, h.location_id from status_history h
      where h.tracker_id = page.tracker_id and h.run_period_id = page.id and h.superseded_at is null
        and ${client === null ? sql`true` : sql`h.client_id = ${client}::bigint`}
      order by h.cause_reported_at desc, h.cause_payload_hash desc limit 1) h on true
    left join locations l on l.id = h.location_id
    left join lateral (
      select r.reported_at, r.position, r.horizontal_accuracy_m from location_reports r
      where r.tracker_id = page.tracker_id and r.reported_at >= page.counts_from and r.reported_at < page.counts_until
        and r.position is not null
      order by r.reported_at desc, r.payload_hash desc limit 1) last on true
    left join lateral (
      select sum(g.report_count)::int as reports from tracker_aggregates g
      where g.tracker_id = page.tracker_id and g.period = 'day' and g.run_period_id = page.id) sums on true
    order by page.id desc`);
  return pageOf(rows, query.limit, toPast, (row) => row.id);
}

const toPast = (row: Row): PastTracker => ({
  id: row.id,
  tracker: { id: row.tracker_id, macAddress: row.mac_address, serialNumber: row.serial_number },
  productionRun: { id: row.run_id, name: row.run_name },
  client: { id: row.client_id, name: row.client_name },
  endedAt: iso(row.ended_at),
  status: row.status,
  location:
    row.location_id === null || row.location_kind === null
      ? null
      : { id: row.location_id, name: row.location_name ?? '', kind: row.location_kind },
  lastReport:
    row.reported_at === null || row.longitude === null || row.latitude === null
      ? null
      : {
          reportedAt: iso(row.reported_at),
          position: { type: 'Point', coordinates: [row.longitude, row.latitude] },
          horizontalAccuracyM: row.accuracy_m ?? 0,
        },
  reportCount: row.report_count,
});
