import sql from 'sql-template-tag';
import type { Queryable } from '../../platform/db/queryable.ts';

export interface SealedLogin {
  credentials: Uint8Array;
  dataKeyId: number;
}

/** Logins whose life is remembered. */
const KEPT_LIVES = 5;

/**
 * Stores a sealed login in place of the former one, or takes it away. How long the former one worked is kept where it
 * was refused in the end. `setAt`: when it was logged in, as far as is known.
 */
export async function replaceLogin(
  db: Queryable,
  sourceId: number,
  sealed: SealedLogin | null,
  { from, setAt }: { from: 'person' | 'file' | 'api'; setAt: Date },
): Promise<void> {
  const isNew = sealed !== null;
  await db.query(sql`
    update report_sources set credentials = ${sealed?.credentials ?? null}, data_key_id = ${sealed?.dataKeyId ?? null},
      login_from = ${isNew ? from : null}, login_set_at = ${isNew ? setAt : null},
      login_worked_at = null, login_refused_at = null,
      login_lasted = case when login_refused_at is not null and login_worked_at > login_set_at
        then (array_prepend(extract(epoch from login_worked_at - login_set_at)::float8 / 86400, login_lasted))[1:${KEPT_LIVES}::int]
        else login_lasted end,
      circuit = 'closed', consecutive_failures = 0, paused_until = null, last_error = null
    where id = ${sourceId}::bigint`);
}

/** What a source has of its login file, where it is other than what is noted. `error` null: it was read. */
export async function noteLoginFile(db: Queryable, sourceId: number, error: string | null, now: Date): Promise<void> {
  await db.query(sql`
    update report_sources set login_file_error = ${error},
      login_file_read_at = case when ${error === null} then ${now}::timestamptz else login_file_read_at end
    where id = ${sourceId}::bigint`);
}
