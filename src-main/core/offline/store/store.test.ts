import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from './store.ts';

it('is told to sync each commit to the disk, and past its cache where that takes more', () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const db = connect(join(folder, 'store.sqlite'));
  const told = (name: string) => db.pragma(name, { simple: true });
  expect([told('journal_mode'), told('synchronous'), told('fullfsync'), told('checkpoint_fullfsync')]).toEqual([
    'wal',
    2,
    1,
    1,
  ]);
  db.close();
  rmSync(folder, { recursive: true });
});
