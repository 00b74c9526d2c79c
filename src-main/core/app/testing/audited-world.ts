import sql from 'sql-template-tag';
import { plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import type { TestConsole } from '../../testing/console.ts';
import { type MadeClient, makeClient } from '../../testing/two-clients.ts';

/** A console with something of everything, and the means to make more of it. */
export interface AuditedWorld extends MadeClient {
  app: TestConsole;
  /** Session of the administrator ada, who has a real password. */
  admin: string;
  /** Of everybody here. */
  password: string;
  /** Keys that can be opened, with an export to a manufacturer and the token of that manufacturer. */
  batchId: number;
  manufacturerId: number;
  exportId: number;
  partner: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  post(path: string, body: unknown, as?: string): Promise<any>;
  person(username: string): Promise<{ id: number; as: string }>;
  /** An order for three devices. */
  order(): Promise<number>;
  /** Rows of manufactured devices for some of the keys of the batch. */
  devices(from: number, to: number): string;
  /** A finished import with rejected rows, of the manufacturer or of staff. */
  rejectedJob(byPartner: boolean): Promise<number>;
  /** Waits for the jobs, but for those of the status engine, which does not run here. */
  jobsOver(): Promise<void>;
}

const PASSWORD = 'a password of everybody';
const cookieOf = (headers: Headers) => /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')![1]!;

export async function auditedWorld(app: TestConsole): Promise<AuditedWorld> {
  const { headers } = await app.send('POST', '/setup', {
    body: { username: 'ada', displayName: 'Ada', password: PASSWORD },
  });
  const admin = cookieOf(headers);
  const send = async (path: string, body: unknown, as: string, type: string) => {
    const answer = await app.send('POST', path, { as, body, headers: { 'content-type': type } });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const post: AuditedWorld['post'] = (path, body, as = admin) => send(path, body, as, 'application/json');

  // Before the client with its made-up keys: those of this batch can be opened.
  const batch = await post('/key-batches', { count: 12, label: 'Real' });
  await app.jobEnd(batch.id, admin);
  const batchId: number = batch.resource.id;
  const { id: manufacturerId } = await post('/manufacturers', { name: 'Kestrel', profile: plainProfile('csv') });
  const token = { name: 'Line 1', readOnly: false, expiresInDays: 30 };
  const { token: partner } = await post(`/manufacturers/${manufacturerId}/api-tokens`, token);
  const wanted = { manufacturerId, keys: 'next', count: 6 };
  const { id: exportJob } = await post(`/key-batches/${batchId}/manufacturer-exports`, wanted);
  const exportId = (await app.jobEnd(exportJob, admin)).result!.manufacturerExportId as number;
  const { rows: keys } = await app.parts.db.query<{ key: string; mac: string }>(sql`
    select encode(advertisement_key, 'base64') as key, upper(broadcast_address::text) as mac from trackers
    where key_batch_id = ${batchId} order by id`);
  const made = await makeClient(app.parts.db, 'aster', 1, app.clock.now);

  const devices = (from: number, to: number) =>
    ['mac,advertisement_key', ...keys.slice(from, to).map(({ key, mac }) => `${mac},${key}`)].join('\n');
  return {
    ...made,
    app,
    admin,
    password: PASSWORD,
    batchId,
    manufacturerId,
    exportId,
    partner,
    post,
    devices,
    async person(username) {
      const user = { username, displayName: username, role: 'operations', password: PASSWORD };
      const { id } = await post('/users', { ...user, mustChangePassword: false });
      const login = await app.send('POST', '/auth/login', { body: { username, password: PASSWORD } });
      return { id, as: cookieOf(login.headers) };
    },
    order: async () => (await post('/customer-orders', { clientId: made.ids.clientId, quantity: 3 })).id,
    async rejectedJob(byPartner) {
      const path = byPartner ? `/manufacturer/key-orders/${exportId}` : `/key-batches/${batchId}`;
      const text = `${devices(2, 3)}\n12:34,${keys[3]!.key}`;
      const as = byPartner ? partner : admin;
      const { id } = await send(`${path}/manufactured-devices?mode=good-rows`, text, as, 'text/csv');
      await app.jobEnd(id, admin);
      return id;
    },
    async jobsOver() {
      const { rows } = await app.parts.db.query<{ id: number }>(
        sql`select id from jobs where state in ('queued', 'running') and kind <> 'refold'`,
      );
      for (const { id } of rows) await app.jobEnd(id, admin);
    },
  };
}
