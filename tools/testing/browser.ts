import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

const require = createRequire(import.meta.url);
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** A browser of the machine, then Playwright's own where it was downloaded before. Null when there is none. */
export function findBrowser(): string | null {
  const wanted = process.env.CONSOLE_TEST_BROWSER;
  if (wanted) return existsSync(wanted) ? wanted : null;
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [...onPath, ...usualPlaces].find((path) => existsSync(path));
  if (found) return found;
  const { chromium } = require('playwright') as typeof import('playwright');
  const own = chromium.executablePath();
  return own && existsSync(own) ? own : null;
}

/** Finds a browser or gets one: Playwright's download first, else Debian's package where this process may install it. */
export function ensureBrowser(): string | null {
  const found = findBrowser();
  if (found) return found;
  console.log('No browser found: trying Playwright’s own …');
  spawnSync('playwright', ['install', 'chromium'], { stdio: 'ignore', timeout: 180_000 });
  const downloaded = findBrowser();
  if (downloaded) return downloaded;
  const isDebian = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (!isDebian) return null;
  console.log('… and Debian’s.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env });
  spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'ignore', env });
  return findBrowser();
}
