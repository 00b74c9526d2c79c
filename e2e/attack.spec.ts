import { expect, test } from '@playwright/test';
import { attack } from '../tools/attack/attack.ts';
import { ADMIN_PASSWORD, preparedDataDir, startConsole } from './support/console.ts';

test('a running console refuses what its own document doesn’t open', async () => {
  const data = await preparedDataDir();
  const running = await startConsole(data);
  try {
    const { requests, faults } = await attack(running.url, { username: 'admin', password: ADMIN_PASSWORD });
    expect(faults).toEqual([]);
    expect(requests).toBeGreaterThan(500);
  } finally {
    await running.stop();
    await data.remove();
  }
});
