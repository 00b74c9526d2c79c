import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { outcomeOf, screenOutcome, unitOutcome } from './outcome.ts';

const test = (title: string, status: string) => ({ title, status, ancestorTitles: ['a console'] });

it('counts unit tests, and names the skipped ones', () => {
  const testResults = [
    { name: '/root/src/a.test.ts', status: 'passed', assertionResults: [test('x', 'passed'), test('y', 'passed')] },
    { name: '/root/src/b.test.ts', status: 'failed', assertionResults: [test('x', 'failed'), test('y', 'failed')] },
    { name: '/root/src/c.test.ts', status: 'passed', assertionResults: [test('x', 'skipped'), test('y', 'todo')] },
  ];
  const skipped = ['src/c.test.ts › a console › x', 'src/c.test.ts › a console › y'];
  expect(unitOutcome('/root', { testResults })).toEqual({ passed: 2, failed: 2, skipped });
});

it('counts a file that could not be loaded, or whose set-up failed, beside failed tests', () => {
  const testResults = [
    { name: '/root/src/a.test.ts', status: 'failed', assertionResults: [] },
    { name: '/root/src/b.test.ts', status: 'failed', assertionResults: [test('x', 'skipped')] },
    { name: '/root/src/c.test.ts', status: 'failed', assertionResults: [test('x', 'failed')] },
  ];
  expect(unitOutcome('/root', { testResults })).toMatchObject({ passed: 0, failed: 3 });
});

it('counts specs however deep they are described', () => {
  const spec = (title: string, status: string) => ({ title, file: 'roles/a.spec.ts', tests: [{ status }] });
  const suites = [
    {
      title: 'roles/a.spec.ts',
      specs: [spec('x', 'expected'), spec('y', 'unexpected')],
      suites: [{ title: 'cut off', specs: [spec('z', 'skipped'), spec('once more', 'flaky')] }],
    },
  ];
  const skipped = ['e2e/roles/a.spec.ts › cut off › z'];
  expect(screenOutcome({ suites })).toEqual({ passed: 2, failed: 1, skipped });
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcome-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('has a failure when the run ended badly, wrote nothing, or nothing that can be read', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const path = join(folder, 'report.json');
  const count = () => ({ passed: 7, failed: 0, skipped: [] });
  expect(outcomeOf(path, true, count)).toEqual({ passed: 0, failed: 1, skipped: [] });
  await writeFile(path, '{');
  expect(outcomeOf(path, true, count)).toEqual({ passed: 0, failed: 1, skipped: [] });
  await writeFile(path, '{}');
  expect(outcomeOf(path, true, count)).toEqual({ passed: 7, failed: 0, skipped: [] });
  expect(outcomeOf(path, false, count)).toEqual({ passed: 7, failed: 1, skipped: [] });
  expect(errors).toHaveBeenCalledTimes(2);
  errors.mockRestore();
});
