import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { deleteOldDeliveries } from '../manufacturing-retention-store.ts';

const [engine] = testEngines();

describe('webhooks of key orders', () => {
  let app: TestConsole;
  let admin: string;
  let batchId: number;
  let server: Server;
  let url: string;
  let received: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  /** Statuses to answer with, in turn; 200 afterwards. */
  let answers: number[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ path: request.url ?? '', headers: request.headers, body });
        const status = answers.shift() ?? 200;
        response.writeHead(status, status === 302 ? { location: `${url}/elsewhere` } : {}).end('thanks');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    app = await testConsole(await engine!.create(), { webhookPauses: [1, 1] });
    admin = await app.signIn('admin');
    const { body } = await app.send('POST', '/key-batches', { as: admin, body: { count: 3, label: 'Autumn' } });
    await app.jobEnd(body.id, admin);
    batchId = body.resource.id;
  });
  afterAll(async () => {
    await app?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  let names = 0;
  const withWebhook = async (target = `${url}/hook`) => {
    received = [];
    const body = { name: `Factory ${++names}`, profile: plainProfile('csv') };
    const { body: made } = await app.send('POST', '/manufacturers', { as: admin, body });
    const set = await app.send('POST', `/manufacturers/${made.id}/webhook`, { as: admin, body: { url: target } });
    expect([set.status, set.body.detail]).toEqual([201, undefined]);
    return { id: made.id as number, secret: set.body.secret as string };
  };
  const order = async (manufacturerId: number) => {
    const { body } = await app.send('POST', `/key-batches/${batchId}/manufacturer-exports`, {
      as: admin,
      body: { manufacturerId },
    });
    return (await app.jobEnd(body.id, admin)).result!;
  };
  const deliveries = async (id: number) =>
    (await app.send('GET', `/manufacturers/${id}/webhook-deliveries`, { as: admin })).body.items;
  const jobOf = async () => {
    const { body } = await app.send('GET', '/jobs?kind=webhook-delivery&limit=1', { as: admin });
    return app.jobEnd(body.items[0].id, admin);
  };

  it('tells of a ready key order, signed by the secret that was shown once', async () => {
    const { id, secret } = await withWebhook();
    const made = await order(id);
    expect((await jobOf()).result).toEqual({ delivered: true, attempts: 1 });
    expect(received).toHaveLength(1);
    const { headers, body, path } = received[0]!;
    expect(path).toBe('/hook');
    expect(JSON.parse(body)).toMatchObject({
      type: 'key_order.ready',
      data: { id: made.manufacturerExportId, keyCount: 3, sha256: made.sha256, label: 'Autumn' },
    });
    // As a receiver checks it: the secret without its prefix, over id, time and the exact body.
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    expect(key).toHaveLength(32);
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(Number(headers['webhook-timestamp'])).toBe(app.clock.now.getTime() / 1000);
    expect((await deliveries(id))[0]).toMatchObject({
      attempts: 1,
      lastStatus: 200,
      lastError: null,
      nextAttemptAt: null,
    });
    const { rows } = await app.parts.db.query<{ text: string }>(sql`
      select (select jsonb_agg(to_jsonb(w))::text from manufacturer_webhooks w)
        || (select jsonb_agg(to_jsonb(j))::text from jobs j) || (select jsonb_agg(to_jsonb(a))::text from audit_entries a) as text`);
    const shown = await app.send('GET', `/manufacturers/${id}`, { as: admin });
    expect(shown.body.webhookUrl).toBe(`${url}/hook`);
    for (const form of [secret, key.toString('base64'), key.toString('hex')])
      expect(rows[0]!.text + JSON.stringify([shown.body, app.heard])).not.toContain(form);
  });

  it('tries again under the same id, follows no redirect, and gives up with a sentence', async () => {
    const { id } = await withWebhook();
    answers = [500];
    await order(id);
    expect((await jobOf()).result).toEqual({ delivered: true, attempts: 2 });
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([
      received[0]!.headers['webhook-id'],
      received[0]!.headers['webhook-id'],
    ]);
    received = [];
    answers = [302, 404, 503];
    await order(id);
    const job = await jobOf();
    expect(job.error?.message).toBe(
      'The manufacturer’s system could not be notified: It answered with status 503. The console stopped after 3 attempts. Check the address, and tell the manufacturer.',
    );
    expect(received.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
    expect((await deliveries(id))[0]).toMatchObject({
      attempts: 3,
      lastStatus: 503,
      deliveredAt: null,
      nextAttemptAt: null,
    });
  }, 60_000);

  it('forgets deliveries that were over before, and none that is still to be tried', async () => {
    const { id } = await withWebhook();
    await order(id);
    await jobOf();
    await order(id);
    await jobOf();
    const { db } = app.parts;
    const [latest] = await deliveries(id);
    await db.query(sql`update webhook_deliveries set delivered_at = null, next_attempt_at = ${app.clock.now}
      where id = ${latest.id}`);
    expect(await deleteOldDeliveries(db, app.clock.now)).toBe(0);
    expect(await deleteOldDeliveries(db, new Date(app.clock.now.getTime() + 1))).toBeGreaterThan(0);
    expect((await deliveries(id)).map((delivery: { id: number }) => delivery.id)).toEqual([latest.id]);
  });

  it('takes only addresses that keep the message private, and is gone once removed', async () => {
    const { id } = await withWebhook('https://factory.example/hook');
    const path = `/manufacturers/${id}/webhook`;
    for (const wrong of [
      'http://factory.example/hook',
      'ftp://127.0.0.1/',
      'http://127.0.0.1.evil.example/',
      'https://user:secret@factory.example/',
      'nonsense',
    ]) {
      const refused = await app.send('POST', path, { as: admin, body: { url: wrong } });
      expect([wrong, refused.status, refused.body.fields?.[0].path]).toEqual([wrong, 422, 'url']);
    }
    expect((await app.send('POST', path, { as: await app.signIn('operations'), body: { url } })).status).toBe(403);
    expect((await app.send('DELETE', path, { as: admin })).status).toBe(204);
    await order(id);
    expect(await deliveries(id)).toEqual([]);
    expect((await app.send('GET', `/manufacturers/${id}`, { as: admin })).body.webhookUrl).toBeNull();
  });
});
