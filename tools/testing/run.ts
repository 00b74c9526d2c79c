import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronBinary } from '../electron-binary.ts';
import { ensureBrowser } from './browser.ts';
import { type Outcome, outcomeOf, screenOutcome, unitOutcome } from './outcome.ts';
import { differsWithoutServers, selectTests } from './selection.ts';

/**
 * Runs everything: types of each environment, lint, unused code, unit and integration tests, the build, and the screens
 * in a real browser; with paths, only the tests that match. Last line: `N passed, N failed`. What can't run here is
 * skipped and named, and in CI (CI_SERVICES=required) a failure.
 */
const root = join(import.meta.dirname, '..', '..');
const reports = mkdtempSync(join(tmpdir(), 'console-tests-'));
const inCi = process.env.CI_SERVICES === 'required';
const ELECTRON = 'the specs in Electron’s window (its binary was not found)';
/** What may be skipped in CI. */
const dispensable: readonly string[] = [ELECTRON];
const total: Outcome = { passed: 0, failed: 0, skipped: [] };

// Hundreds of processes read the same modules: each compiles them only once.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'node');

/** Runs a command; what it prints comes at once, or in one piece at its end where others run beside it. */
async function step(
  label: string,
  command: string,
  args: string[],
  { env = {}, isApart = false }: { env?: NodeJS.ProcessEnv; isApart?: boolean } = {},
): Promise<boolean> {
  const started = performance.now();
  if (!isApart) console.log(`\n== ${label}`);
  const child = spawn(command, args, {
    cwd: root,
    stdio: isApart ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    env: { ...process.env, ...env },
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(chunk));
  const [status] = await once(child, 'close');
  if (isApart) process.stdout.write(`\n== ${label}\n${Buffer.concat(printed)}`);
  console.log(
    `== ${label}: ${status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  return status === 0;
}

/** A step that is one check by itself. */
async function check(label: string, command: string, args: string[], options: { isApart?: boolean } = {}) {
  if (await step(label, command, args, options)) total.passed++;
  else total.failed++;
}

/** Most of the checks keep one core busy, so two of them run at a time. */
async function inPairs(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...steps];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) await next();
  };
  await Promise.all([work(), work()]);
}

function add({ passed, failed, skipped }: Outcome): void {
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped);
}

const build = () => check('build', process.execPath, ['tools/build/build.ts', '--if-changed']);

async function unitTests(
  label: string,
  files: readonly string[],
  options: { env?: NodeJS.ProcessEnv; isApart?: boolean } = {},
): Promise<Outcome> {
  const report = join(reports, `${label}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const endedWell = await step(label, 'vitest', ['run', ...reporters, ...files], options);
  return outcomeOf(report, endedWell, (found: Parameters<typeof unitOutcome>[1]) => unitOutcome(root, found));
}

/** The tests that need a server, as on a machine without any: what they skip there is meant to be, and must say why. */
async function withoutServers(): Promise<void> {
  const env = { CI_SERVICES: 'absent', TEST_DATABASE_URL: undefined, TEST_REDIS_URL: undefined };
  const options = { env, isApart: true };
  const { passed, failed, skipped } = await unitTests('without servers', differsWithoutServers(root), options);
  const unexplained = skipped.filter((name) => !name.includes('(needs '));
  console.log(`skipped without servers, as expected: ${skipped.length - unexplained.length}`);
  add({ passed, failed: failed + (skipped.length === 0 ? 1 : 0), skipped: unexplained });
}

async function screens(files: readonly string[]): Promise<void> {
  const browser = ensureBrowser();
  if (browser === null) {
    total.skipped.push('the screens in a browser (install Chromium, or set CONSOLE_TEST_BROWSER)');
    return;
  }
  if (electronBinary(root) === null) total.skipped.push(ELECTRON);
  const report = join(reports, 'screens.json');
  // Playwright takes expressions.
  const paths = files.map((file) => file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const endedWell = await step('screens in a real browser', 'playwright', ['test', ...paths], {
    env: { CONSOLE_TEST_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  add(outcomeOf(report, endedWell, screenOutcome));
}

async function everything(): Promise<void> {
  await build();
  const apart = { isApart: true };
  await inPairs([
    ...(inCi ? [withoutServers] : []),
    ...['node', 'test', 'renderer', 'electron', 'shared'].map(
      (name) => () => check(`types: ${name}`, 'tsc', ['-p', `tsconfig.${name}.json`], apart),
    ),
    () => check('lint', 'biome', ['check', '--error-on-warnings', '.'], apart),
    () => check('unused code', 'knip', ['--no-progress'], apart),
    () => check('unused code of the product', 'knip', ['--no-progress', '--production'], apart),
  ]);
  add(await unitTests('unit and integration tests', []));
  if (!process.env.TEST_DATABASE_URL)
    total.skipped.push('the tests of the embedded engine on PostgreSQL as well (set TEST_DATABASE_URL)');
  await screens([]);
}

async function only(wanted: readonly string[]): Promise<void> {
  const isOption = (argument: string) => argument.startsWith('-');
  const { unit, specs, unknown } = selectTests(
    root,
    wanted.filter((argument) => !isOption(argument)),
  );
  const complaints = [
    ...wanted
      .filter(isOption)
      .map((option) => `${option}: npm test takes paths only; options go to test:unit or test:e2e.`),
    ...unknown.map((path) => `No test has ${path} in its path.`),
  ];
  for (const complaint of complaints) console.error(complaint);
  total.failed += complaints.length;
  if (complaints.length > 0) return;
  if (unit.length > 0) add(await unitTests('unit and integration tests', unit));
  if (specs.length === 0) return;
  await build();
  await screens(specs);
}

try {
  const wanted = process.argv.slice(2);
  await (wanted.length > 0 ? only(wanted) : everything());
} catch (error) {
  console.error(error);
  total.failed++;
}
rmSync(reports, { recursive: true, force: true });
if (total.skipped.length > 0) {
  console.log(`\n${total.skipped.length} skipped:`);
  for (const name of total.skipped) {
    const isMissing = inCi && !dispensable.includes(name);
    if (isMissing) total.failed++;
    console.log(`  ${isMissing ? 'MISSING IN CI: ' : ''}${name}`);
  }
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed + total.skipped.length === 0 ? 1 : 0);
