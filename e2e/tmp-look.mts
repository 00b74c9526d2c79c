import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ADMIN_PASSWORD, startHeadless } from './support/console.ts';
const dataDir = await mkdtemp(join(tmpdir(), 'look-'));
const running = await startHeadless({ dataDir, args: ['--engines', ''], env: { DATABASE_URL: process.env.U! } });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
try {
  for (const [w, h, scheme] of [[1440, 900, 'light'], [390, 844, 'dark'], [1024, 768, 'light']] as const) {
    const context = await browser.newContext({ viewport: { width: w, height: h }, baseURL: running.url, colorScheme: scheme });
    await context.request.post('/api/v1/auth/login', { data: { username: 'admin', password: ADMIN_PASSWORD } });
    const page = await context.newPage();
    for (const path of process.argv.slice(2)) {
      const t = performance.now();
      await page.goto(path);
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await page.waitForTimeout(500);
      console.log(path, w, Math.round(performance.now() - t));
      if (path.includes('#')) await page.locator(`[id="${path.split('#')[1]}"]`).scrollIntoViewIfNeeded().catch(() => undefined);
      await page.screenshot({ path: `/tmp/look/${path.replace(/\W+/g, '_')}-${w}.png` });
    }
    await context.close();
  }
} finally {
  await browser.close();
  await running.stop();
}
process.exit(0);
