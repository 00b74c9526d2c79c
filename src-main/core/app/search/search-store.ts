import sql, { join, type Sql } from 'sql-template-tag';
import type { Found, SearchedKind } from '../../../../src-shared/contract/search.ts';
import { orderNumberSql } from '../../orders/order-number-store.ts';
import { clientOf, iso, ownClient } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';

/** Of more alerts than these nobody looks for one by its words; the list has filters. */
const ALERTS = 2_000;

/** Of each kind: id, name, detail, words that find it besides, location_kind, client_id, archived and alert. */
const named: Record<SearchedKind, (tx: Transaction) => Sql> = {
  client: (tx) => sql`select c.id, c.name, '' as detail, '' as words, null as location_kind, c.id as client_id,
    c.archived_at is not null as archived, null::json as alert
    from clients c where ${ownClient(tx, 'c.id')}`,
  brand: (tx) => sql`select b.id, b.name, c.name, '', null, b.client_id, b.archived_at is not null, null::json
    from brands b join clients c on c.id = b.client_id where ${ownClient(tx, 'b.client_id')}`,
  'production-run': (
    tx,
  ) => sql`select r.id, r.name, b.name || ' · ' || c.name, '', null, r.client_id, r.archived_at is not null, null::json
    from production_runs r join brands b on b.id = r.brand_id join clients c on c.id = r.client_id
    where ${ownClient(tx, 'r.client_id')}`,
  location: (tx) => sql`select l.id, l.name, l.address, '', l.kind, null::bigint, l.archived_at is not null, null::json
    from locations l where (${clientOf(tx)}::bigint is null or ${clientOf(tx)}::bigint = any(l.client_ids))`,
  order: (
    tx,
  ) => sql`select o.id, ${orderNumberSql('o.id')}, concat_ws(' · ', c.name, r.name), '', null, o.client_id, o.archived_at is not null, null::json
    from customer_orders o join clients c on c.id = o.client_id left join production_runs r on r.id = o.production_run_id
    where ${ownClient(tx, 'o.client_id')}`,
  'key-batch':
    () => sql`select k.id, k.label, coalesce(r.name, ''), '', null, null::bigint, k.state = 'cancelled', null::json
    from key_batches k left join production_runs r on r.id = k.production_run_id`,
  manufacturer: () =>
    sql`select m.id, m.name, m.contact, '', null, null::bigint, m.archived_at is not null, null::json from manufacturers m`,
  user: () =>
    sql`select u.id, u.display_name, u.username, '', null, u.client_id, u.disabled_at is not null, null::json from users u`,
  alert: (
    tx,
  ) => sql`select a.id, a.kind, concat_ws(' · ', upper(t.mac_address::text), r.name, c.name, l.name, s.name), a.kind, null, a.client_id, false,
      json_build_object('trackerId', a.tracker_id, 'productionRunId', a.production_run_id, 'evidenceAt', a.evidence_at)
    from (select * from alerts a where a.resolved_at is null and ${ownClient(tx, 'a.client_id')} order by a.id desc limit ${ALERTS}) a
      left join trackers t on t.id = a.tracker_id left join production_runs r on r.id = a.production_run_id
      left join clients c on c.id = a.client_id left join locations l on l.id = a.location_id
      left join report_sources s on s.id = a.report_source_id`,
};

interface Row extends Omit<Found, 'alert'> {
  alert: { trackerId: number | null; productionRunId: number | null; evidenceAt: string } | null;
}

/**
 * What holds every word of a text in its name or beside it, `limit` of each kind: what is called so first, then what
 * begins so, then what holds the words in its name; archived ones last. Plan: each table is read once; they hold names
 * that people gave, and no trackers.
 */
export async function searchNames(
  tx: Transaction,
  kinds: readonly SearchedKind[],
  text: string,
  limit: number,
): Promise<Found[]> {
  if (kinds.length === 0) return [];
  const each = kinds.map(
    (kind) => sql`(
      select ${kind}::text as kind, x.*, case when n.folded = asked.folded then 0 when starts_with(n.folded, asked.folded) then 1
        when n.folded like all (asked.patterns) then 2 else 3 end as place
      from asked cross join (${named[kind](tx)}) as x (id, name, detail, words, location_kind, client_id, archived, alert)
        cross join lateral (select fold_name(x.name) as folded) n
      where asked.folded <> '' and (n.folded || ' ' || fold_name(x.detail || ' ' || x.words)) like all (asked.patterns)
      order by x.archived, place, ${kind === 'alert' ? sql`x.id desc` : sql`n.folded, x.id`} limit ${limit})`,
  );
  const { rows } = await tx.query<Row>(sql`
    with asked as materialized (
      select folded, array(select '%' || word || '%' from unnest(string_to_array(folded, ' ')) word) as patterns
      from fold_name(${text}) folded)
    select kind, id, name, detail, location_kind as "locationKind", client_id as "clientId", archived, alert
    from (${join(each, ' union all ')}) found`);
  return rows.map((row) => ({
    ...row,
    alert: row.alert && { ...row.alert, evidenceAt: iso(new Date(row.alert.evidenceAt)) },
  }));
}
