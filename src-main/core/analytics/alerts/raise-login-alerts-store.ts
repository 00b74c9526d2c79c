import sql, { raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

const utc = (instant: string) => sql`to_char(${raw(instant)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Logins of sources at work that are refused, or will be before long. */
const found = (now: Date): Sql => sql`
  found as materialized (
    select id as source_id, case when login_refused_at is null then 'warning' else 'critical' end as severity,
      coalesce(login_refused_at, login_warns_at(login_set_at, days)) as evidence_at,
      jsonb_strip_nulls(jsonb_build_object('since', ${utc('login_set_at')}, 'workedAt', ${utc('login_worked_at')},
        'refusedAt', ${utc('login_refused_at')}, 'expiresAt', ${utc('(login_set_at + make_interval(secs => 86400 * days))')}))
        as evidence
    from report_sources cross join lateral (select login_lifetime(login_days, login_lasted) as days) life
    where enabled and login_set_at is not null
      and (login_refused_at is not null or login_warns_at(login_set_at, days) <= ${now}))`;

/** The same login, in the same state. */
const same = sql`a.kind = 'login' and a.resolved_at is null and a.report_source_id = f.source_id
  and a.severity = f.severity and a.evidence ->> 'since' = f.evidence ->> 'since'`;

/**
 * Brings the open alerts of logins into line: a warning when one is about to expire, a critical alert when it is refused.
 * An acknowledgement lasts until the login is replaced, or a warning becomes critical. Returns whether anything changed.
 * Sources are few.
 */
export async function reconcileLogins(tx: Queryable, now: Date): Promise<boolean> {
  // Two statements: the index of open alerts has to see that the former one is closed.
  const resolved = await tx.query(sql`
    with ${found(now)}
    update alerts a set resolved_at = ${now}
    where a.kind = 'login' and a.resolved_at is null and not exists (select from found f where ${same})`);
  const raised = await tx.query(sql`
    with ${found(now)}
    insert into alerts (kind, severity, report_source_id, raised_at, evidence_at, evidence)
    select 'login', severity, source_id, ${now}, evidence_at, evidence from found f
    where not exists (select from alerts a where ${same})
    order by source_id
    on conflict (kind, report_source_id) where resolved_at is null and report_source_id is not null do nothing`);
  return resolved.rowCount + raised.rowCount > 0;
}
