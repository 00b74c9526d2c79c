import sql from 'sql-template-tag';
import { ownClient } from '../../platform/db/listing.ts';
import type { Queryable, Transaction } from '../../platform/db/queryable.ts';

interface Handled {
  id: number;
  clientId: number | null;
}
interface Person {
  userId: number;
  name: string;
}

/** Acknowledges those that are neither acknowledged nor resolved. Answers their ids. */
export async function acknowledgeAlerts(
  tx: Transaction,
  alertIds: readonly number[],
  by: Person,
  note: string,
  now: Date,
): Promise<Handled[]> {
  const { rows } = await tx.query<Handled>(sql`
    update alerts a set acknowledged_by = ${by.userId}::bigint, acknowledged_name = ${by.name}, acknowledged_at = ${now},
      acknowledge_note = ${note}
    where a.id = any(${[...alertIds]}::bigint[]) and a.acknowledged_at is null and a.resolved_at is null
      and ${ownClient(tx, 'a.client_id')}
    returning a.id, a.client_id as "clientId"`);
  return rows;
}

/** Takes the acknowledgement of those back that are not resolved. */
export async function reopenAlerts(tx: Transaction, alertIds: readonly number[]): Promise<Handled[]> {
  const { rows } = await tx.query<Handled>(sql`
    update alerts a set acknowledged_by = null, acknowledged_name = null, acknowledged_at = null, acknowledge_note = null
    where a.id = any(${[...alertIds]}::bigint[]) and a.acknowledged_at is not null and a.resolved_at is null
      and ${ownClient(tx, 'a.client_id')}
    returning a.id, a.client_id as "clientId"`);
  return rows;
}

/** Says who deals with those that are not resolved; null is nobody. */
export async function assignAlerts(
  tx: Transaction,
  alertIds: readonly number[],
  assigneeId: number | null,
  by: Person,
  now: Date,
): Promise<Handled[]> {
  const at = assigneeId === null ? null : now;
  const { rows } = await tx.query<Handled>(sql`
    with chosen as materialized (
      select a.id, a.client_id from alerts a
      where a.id = any(${[...alertIds]}::bigint[]) and a.resolved_at is null and ${ownClient(tx, 'a.client_id')}
    ), done as (
      insert into alert_triage (alert_id, assigned_to, assigned_by, assigned_at)
      select id, ${assigneeId}::bigint, ${assigneeId === null ? null : by.name}::text, ${at}::timestamptz from chosen
      on conflict (alert_id) do update set assigned_to = excluded.assigned_to, assigned_by = excluded.assigned_by,
        assigned_at = excluded.assigned_at
    )
    select id, client_id as "clientId" from chosen`);
  return rows;
}

/** Nobody has to look at those that are not resolved until then; null wakes them. */
export async function snoozeAlerts(
  tx: Transaction,
  alertIds: readonly number[],
  until: Date | null,
  by: Person,
): Promise<Handled[]> {
  const { rows } = await tx.query<Handled>(sql`
    with chosen as materialized (
      select a.id, a.client_id, a.severity from alerts a
      where a.id = any(${[...alertIds]}::bigint[]) and a.resolved_at is null and ${ownClient(tx, 'a.client_id')}
    ), done as (
      insert into alert_triage (alert_id, snoozed_until, snoozed_by, snoozed_severity)
      select id, ${until}::timestamptz, ${until === null ? null : by.name}::text,
        case when ${until}::timestamptz is not null then severity end from chosen
      on conflict (alert_id) do update set snoozed_until = excluded.snoozed_until, snoozed_by = excluded.snoozed_by,
        snoozed_severity = excluded.snoozed_severity
    )
    select id, client_id as "clientId" from chosen`);
  return rows;
}

/**
 * Wakes the snoozed alerts whose time has come, and those that became worse meanwhile. Returns whether there were any. Plan: alert_triage_snoozed,
 * which holds the snoozed ones alone.
 */
export async function wakeAlerts(tx: Queryable, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(sql`
    update alert_triage t set snoozed_until = null, snoozed_by = null, snoozed_severity = null from alerts a
    where t.snoozed_until is not null and a.id = t.alert_id
      and (t.snoozed_until <= ${now} or severity_rank(a.severity) > severity_rank(t.snoozed_severity))`);
  return rowCount > 0;
}
