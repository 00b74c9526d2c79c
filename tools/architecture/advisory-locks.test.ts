import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Who takes each lock. Two that have nothing to do with one another must not wait for one another. */
const holders: Record<string, readonly string[]> = {
  '7240225': ['ensure_location_report_partitions'],
  // Periods are stamped by the dates of runs, which don't change meanwhile.
  '7240226': ['follow_run_dates', 'keep_present_periods'],
  '7240227': ['access/login-store.ts'],
  '7240228': ['access/users/users-store.ts'],
  '7240231': ['platform/backup/catalog-store.ts'],
  '7240232': ['trackers/tracker-counts-store.ts'],
  '7240233': ['trackers/place-counts-store.ts'],
  '7240234': ['seal_audit'],
  '7240235': ['forget_audit_before'],
  '7240236': ['analytics/time-counts-store.ts'],
};

it('no two parts of the console share an advisory lock by chance', () => {
  const found: Record<string, string[]> = {};
  const note = (holder: string, text: string) => {
    for (const [, key = ''] of text.matchAll(/advisory_xact_lock(?:_shared)?\((\d+)\)/g))
      found[key] = [...(found[key] ?? []), holder];
  };
  const schema = readFileSync(join(root, 'migrations', 'schema.txt'), 'utf8');
  for (const part of schema.split(/^function /m).slice(1)) note(/^\w+/.exec(part)![0], part);
  const core = join(root, 'src-main', 'core');
  for (const path of readdirSync(core, { recursive: true, encoding: 'utf8' }))
    if (path.endsWith('-store.ts')) note(path.replaceAll('\\', '/'), readFileSync(join(core, path), 'utf8'));
  for (const names of Object.values(found)) names.sort();
  expect(found).toEqual(holders);
});
