import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronBinary } from '../electron-binary.ts';
import { ensureBrowser } from './browser.ts';

/**
 * Runs everything: types of each environment, lint, unit and integration tests, the build, and the screens in a real
 * browser. Last line: `N passed, N failed`. A part that can't run here is a failure in CI and is said aloud elsewhere.
 */
const root = join(import.meta.dirname, '..', '..');
const reports = mkdtempSync(join(tmpdir(), 'console-tests-'));
const inCi = process.env.CI_SERVICES === 'required';
let passed = 0;
let failed = 0;
const notRun: string[] = [];

function step(label: string, command: string, args: string[], env: Record<string, string> = {}): boolean {
  const started = performance.now();
  console.log(`\n== ${label}`);
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  console.log(
    `== ${label}: ${result.status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  return result.status === 0;
}

/** A step that is one check by itself. */
function check(label: string, command: string, args: string[]): void {
  if (step(label, command, args)) passed++;
  else failed++;
}

function skip(what: string): void {
  notRun.push(what);
  if (inCi) failed++;
}

for (const name of ['shared', 'node', 'electron', 'renderer', 'test'])
  check(`types: ${name}`, 'tsc', ['-p', `tsconfig.${name}.json`]);
check('lint', 'biome', ['check', '--error-on-warnings', '.']);
check('build', process.execPath, ['tools/build/build.ts', '--if-changed']);

const unitReport = join(reports, 'unit.json');
const unit = step('unit and integration tests', 'vitest', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${unitReport}`,
]);
if (existsSync(unitReport)) {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
    readFileSync(unitReport, 'utf8'),
  ) as Record<string, number>;
  passed += numPassedTests ?? 0;
  // A file that fails to load has a failed suite and no failed test.
  failed += (numFailedTests ?? 0) > 0 ? (numFailedTests as number) : (numFailedTestSuites ?? 0);
  if (!unit && !numFailedTests && !numFailedTestSuites) failed++;
} else failed++;

if (!process.env.TEST_DATABASE_URL) skip('repository tests on a real PostGIS (set TEST_DATABASE_URL)');
if (!process.env.TEST_REDIS_URL) skip('queue tests on a Redis of your own (set TEST_REDIS_URL)');

const browser = ensureBrowser();
if (browser === null) skip('the screens in a browser (install Chromium, or set CONSOLE_TEST_BROWSER)');
else {
  const electron = electronBinary(root);
  if (electron === null)
    console.log('\n!! Electron’s binary was not found: the desktop project of the specs is SKIPPED.');
  const screenReport = join(reports, 'screens.json');
  const screens = step('screens in a real browser', 'playwright', ['test'], {
    CONSOLE_TEST_BROWSER: browser,
    PLAYWRIGHT_JSON_OUTPUT_NAME: screenReport,
  });
  if (existsSync(screenReport)) {
    const { stats } = JSON.parse(readFileSync(screenReport, 'utf8')) as {
      stats: { expected: number; unexpected: number; flaky: number };
    };
    passed += stats.expected + stats.flaky;
    failed += stats.unexpected;
    if (!screens && stats.unexpected === 0) failed++;
  } else failed++;
}

for (const what of notRun) console.log(`${inCi ? 'MISSING' : 'not run here'}: ${what}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
