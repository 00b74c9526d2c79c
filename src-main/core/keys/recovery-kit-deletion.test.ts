import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { finishKitDeletions } from './recovery-kit-deletion.ts';

const [engine] = testEngines();

describe('deleting the recovery kit', () => {
  let app: TestConsole;
  let admin: string;
  let kit: string;
  beforeEach(async () => {
    app = await testConsole(await engine!.create());
    admin = await app.signIn('admin');
    const folder = join(app.parts.config.dataDir, 'keys');
    const [name] = (await readdir(folder)).filter((file) => file.startsWith('recovery-kit'));
    kit = join(folder, name!);
  });
  afterEach(() => app?.close());

  const remove = () => app.send('DELETE', '/key-protection/recovery-kit', { as: admin });
  const entries = async () => {
    const { rows } = await app.parts.db.query<{ actor: string | null; outcome: string | null }>(sql`
      select actor, details->>'outcome' as outcome from audit_entries where action = 'keys.recovery-kit-delete' order by sequence`);
    return rows;
  };
  const later = (ms: number) => {
    app.clock.now = new Date(app.clock.now.getTime() + ms);
  };
  const shown = async () => (await app.send('GET', '/key-protection', { as: admin })).body.recoveryKit?.path ?? null;
  /** What a console leaves behind that ends between the entry and the deletion. */
  const deleteUnfinished = async () => {
    expect((await remove()).status).toBe(204);
    await writeFile(kit, 'the passphrase');
  };

  it('leaves the kit where it is when its entry can’t be written', async () => {
    await app.parts.db.query(sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
    await app.parts.db.query(
      sql`create trigger refuse before insert on audit_unsealed for each row execute function refuse()`,
    );
    expect((await remove()).status).toBe(500);
    expect(existsSync(kit)).toBe(true);
    await app.parts.db.query(sql`drop trigger refuse on audit_unsealed`);
    expect(await entries()).toEqual([]);
    expect((await remove()).status).toBe(204);
    expect(existsSync(kit)).toBe(false);
    expect(await entries()).toEqual([{ actor: 'admin-1', outcome: null }]);
  });

  it('says in the log, to the person and on the screen when the file can’t be deleted', async () => {
    await rm(kit);
    // Not a file: what `rm` refuses to delete.
    await mkdir(kit);
    const refused = await remove();
    expect([refused.status, refused.body.detail]).toEqual([500, expect.stringContaining(`it is still at ${kit}`)]);
    expect(await entries()).toEqual([
      { actor: 'admin-1', outcome: null },
      { actor: null, outcome: 'failed' },
    ]);
    expect(await shown()).toBe(kit);
    // Once told, it is the person's to deal with: nothing is deleted behind their back.
    later(3_600_000);
    await finishKitDeletions(app.parts);
    expect(await entries()).toHaveLength(2);
  });

  it('is finished by the next start of a console that ended in between', async () => {
    await deleteUnfinished();
    later(3_600_000);
    app = await app.restart();
    app.clock.now = new Date(app.clock.now.getTime() + 3_600_000);
    await expect.poll(() => existsSync(kit)).toBe(false);
    expect(await entries()).toEqual([
      { actor: 'admin-1', outcome: null },
      { actor: null, outcome: 'finished late' },
    ]);
  });

  it('is left alone while it is under way, and kits that nobody deleted are too', async () => {
    await finishKitDeletions(app.parts);
    expect(existsSync(kit)).toBe(true);
    await deleteUnfinished();
    later(30_000);
    await finishKitDeletions(app.parts);
    expect(existsSync(kit)).toBe(true);
    later(31_000);
    await finishKitDeletions(app.parts);
    expect(existsSync(kit)).toBe(false);
    await finishKitDeletions(app.parts);
    expect(await entries()).toHaveLength(2);
  });
});
