import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const WORD = 'pass-in-the-address';

describe.each(testEngines())('a login in the address of a source on $name', ({ create }) => {
  let app: TestConsole;
  let operator: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    operator = await app.signIn('operations');
  });
  afterAll(() => app?.close());
  const send = (method: string, path: string, body?: object) =>
    app.send(method, path, { as: operator, ...(body ? { body } : {}) });
  const written = async () => {
    const { rows } = await app.parts.db.query<{ all: string }>(sql`
      select coalesce((select string_agg(l::text, ' ') from audit_entries l), '')
        || coalesce((select string_agg(k::text, ' ') from idempotency_keys k), '') as all`);
    return rows[0]!.all;
  };

  it('is refused in a sentence that says where it belongs, and is nowhere afterwards', async () => {
    const { body: source } = await send('POST', '/report-sources', {
      name: 'Home',
      kind: 'haystack',
      url: 'http://127.0.0.1:1/',
    });
    const path = `/report-sources/${source.id}`;
    for (const address of [`http://ada:${WORD}@127.0.0.1:1/`, `https://:${WORD}@h/`, `https:\\\\ada:${WORD}@h/`]) {
      const made = { name: 'Other', kind: 'apple-older', url: 'https://a.example/', anisetteUrl: 'https://b.example/' };
      for (const refused of [
        await send('POST', '/report-sources', { ...made, url: address }),
        await send('POST', '/report-sources', { ...made, anisetteUrl: address }),
        await send('PATCH', path, { url: address }),
        await send('PATCH', path, { anisetteUrl: address }),
      ]) {
        expect(refused.status).toBe(422);
        expect(JSON.stringify(refused.body.fields)).toContain('Enter the address without user name and password');
        expect(JSON.stringify(refused.body)).not.toContain(WORD);
      }
    }
    // One that was stored before addresses were looked at: it is shown to nobody, and asks nobody.
    await app.parts.db.query(sql`update report_sources set url = ${`http://ada:${WORD}@127.0.0.1:1/`}`);
    const answers = [await send('GET', path), await send('GET', '/report-sources'), await send('GET', '/fetcher')];
    answers.push(await send('POST', `${path}/test`), await send('PATCH', path, { name: 'Renamed' }));
    answers.push(await send('GET', path), await send('DELETE', path));
    for (const { body } of answers) expect(JSON.stringify(body ?? null)).not.toContain(WORD);
    expect(answers[3]!.body).toMatchObject({ ok: false });
    expect(await written()).toContain('reportSource.update');
    expect(await written()).not.toContain(WORD);
  });
});
