import sql from 'sql-template-tag';
import { expect } from 'vitest';
import type { ImportResult, Job } from '../../../../src-shared/contract/jobs.ts';
import type { TestConsole } from '../../testing/console.ts';

/** A key of a batch, and the address that its firmware broadcasts. */
export interface Key {
  id: number;
  key: string;
  hashed: string;
  mac: string;
}
interface Person {
  app: TestConsole;
  as: string;
}

export const resultOf = (job: Job): ImportResult => job.result as unknown as ImportResult;

/** Rows as the text of a file. */
export const table = (rows: readonly string[][], delimiter = ','): string =>
  rows.map((row) => row.join(delimiter)).join('\r\n');

/** A new batch of twelve keys to import devices for. */
export async function newBatch({ app, as }: Person): Promise<{ batchId: number; keys: Key[] }> {
  const { body } = await app.send('POST', '/key-batches', { as, body: { count: 12, label: 'Import' } });
  await app.jobEnd(body.id, as);
  const batchId = body.resource.id;
  const { rows } = await app.parts.db.query<Key>(sql`
    select id, encode(advertisement_key, 'base64') as key, encode(hashed_advertisement_key, 'base64') as hashed,
      upper(broadcast_address::text) as mac from trackers where key_batch_id = ${batchId} order by id`);
  return { batchId, keys: rows };
}

/** Sends files as this person, and waits until they are dealt with. */
export function importing(person: () => Person) {
  return {
    upload: (path: string, body: unknown, type = 'text/csv') =>
      person().app.send('POST', path, { as: person().as, body, headers: { 'content-type': type } }),
    ended: async (answer: { status: number; body: { id: number } }): Promise<Job> => {
      expect(answer.status).toBe(202);
      return person().app.jobEnd(answer.body.id, person().as);
    },
    /** The addresses of a batch's devices, in the order of its keys. */
    macsOf: async (batchId: number): Promise<(string | null)[]> => {
      const { rows } = await person().app.parts.db.query<{ mac: string | null }>(sql`
        select upper(mac_address::text) as mac from trackers where key_batch_id = ${batchId} order by id`);
      return rows.map(({ mac }) => mac);
    },
  };
}
