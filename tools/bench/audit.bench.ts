import { pino } from 'pino';
import sql from 'sql-template-tag';
import { appendAudit } from '../../src-main/core/audit/append-store.ts';
import { sealAll, startSealer } from '../../src-main/core/audit/sealer.ts';
import type { Transaction } from '../../src-main/core/platform/db/queryable.ts';
import { insertUser } from '../../src-main/core/testing/company.ts';
import { postgres } from '../../src-main/core/testing/database.ts';
import { type Figure, median, more } from './figure.ts';

const CLIENTS = 8;
const ROUNDS = 5;
const ROUND_MS = 2_000;

/**
 * Small changes a second by eight people at once on PostgreSQL, each with its entry in the audit log while it is sealed,
 * against the same without. Rounds of both take turns, and what the sealer has to do after a round belongs to it.
 */
export async function figures(): Promise<Figure[]> {
  const { db, close } = await postgres.create();
  const sealer = startSealer({ db, log: pino({ level: 'silent' }) });
  try {
    const userId = await insertUser(db, 'writer', 'operations');
    const scope = { kind: 'user', userId, clientId: null } as const;
    await db.query(sql`insert into clients (name) select 'client ' || n from generate_series(1, ${CLIENTS}::int) n`);
    const change = async (tx: Transaction, client: number, n: number) => {
      await tx.query(sql`select id from clients where name = ${`client ${client}`} for update`);
      await tx.query(sql`update clients set notes = ${`note ${n}`} where name = ${`client ${client}`}`);
    };
    const entry = { userId, username: 'writer', action: 'client.update', resourceType: 'client' };
    const round = async (audited: boolean) => {
      let done = 0;
      const begun = performance.now();
      const write = async (client: number) => {
        for (let n = 0; performance.now() - begun < ROUND_MS; n++, done++)
          await db.transaction(scope, async (tx) => {
            await change(tx, client, n);
            if (audited)
              await appendAudit(tx, { ...entry, at: new Date(), resourceId: client, details: { notes: `note ${n}` } });
          });
      };
      await Promise.all(Array.from({ length: CLIENTS }, (_, client) => write(client + 1)));
      if (audited) await sealAll(db, 60_000);
      return (1000 * done) / (performance.now() - begun);
    };
    await round(true);
    const [audited, plain]: [number[], number[]] = [[], []];
    for (let n = 0; n < ROUNDS; n++) {
      plain.push(await round(false));
      audited.push(await round(true));
    }
    return [
      more('audited changes, eight clients', '/s', median(audited), {
        name: 'the same without an entry',
        value: median(plain),
      }),
    ];
  } finally {
    await sealer.stop();
    await close();
  }
}
