import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBrowser } from './browser.ts';

/** `npm run test:e2e -- FILE`: the specs with Playwright's own arguments, on a build of what is there now. */
const root = join(import.meta.dirname, '..', '..');
const run = (script: string, args: string[], env: NodeJS.ProcessEnv = {}): void => {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status !== 0) process.exit(status ?? 1);
};

const browser = ensureBrowser();
if (browser === null) {
  console.error('The specs need a browser: install Chromium, or set CONSOLE_TEST_BROWSER.');
  process.exit(1);
}
run('tools/build/build.ts', ['--if-changed']);
run('node_modules/@playwright/test/cli.js', ['test', ...process.argv.slice(2)], { CONSOLE_TEST_BROWSER: browser });
