import { expect, type Page, test } from '@playwright/test';
import sql from 'sql-template-tag';
import { insertRun, insertTrackers } from '../src-main/core/testing/company.ts';
import { centralEngine, type TestDatabase } from '../src-main/core/testing/database.ts';
import { startTcpProxy, type TcpProxy } from '../src-main/core/testing/tcp-proxy.ts';
import { ADMIN_PASSWORD, startConsole, type TestConsole, temporaryDataDir } from './support/console.ts';

const DAY_MS = 86_400_000;

/** A reviewer pins a run and looks at it without the database. */
test.describe('a review while the database is away', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let running: TestConsole;
  let data: Awaited<ReturnType<typeof temporaryDataDir>>;
  let tracker: { id: number; mac: string };

  test.beforeAll(async () => {
    database = await centralEngine().create();
    proxy = await startTcpProxy(database.connection);
    data = await temporaryDataDir();
    running = await startConsole({ dataDir: data.dataDir, args: ['--engines', ''], env: { DATABASE_URL: proxy.url } });
    const day = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
    const { db } = database;
    const { runId } = await insertRun(db, 'Aurora', day(-20), day(20));
    const [made] = await insertTrackers(db, { count: 2, runId });
    tracker = made!;
    await db.query(sql`select ensure_location_report_partitions(${day(-20)}::date, ${day(0)}::date)`);
    await db.query(sql`
      insert into location_reports (tracker_id, reported_at, payload_hash, received_at, position, horizontal_accuracy_m, confidence)
      select ${tracker.id}::bigint, at, sha256(at::text::bytea), at, st_makepoint(7 + n * 0.1, 47)::geography, 10, 3
      from (select n, now() - (5 - n) * interval '6 hours' as at from generate_series(1, 4) n) r`);
    await db.query(sql`update tracker_status set last_reported_at = now() - interval '6 hours', status = 'IN_TRANSIT',
      last_position = st_makepoint(7.4, 47)::geography, last_horizontal_accuracy_m = 10, report_count = 4
      where tracker_id = ${tracker.id}::bigint`);
  });
  test.afterAll(async () => {
    await running?.stop();
    await proxy?.close();
    await database?.close();
    await data?.remove();
  });

  test('map, tracker page and replay from the copy, with its age; the rest says what it waits for', async ({
    page,
  }) => {
    const banner = page.getByTestId('offline-banner');
    const aged = () => expect(banner).toContainText('What you see is from this workstation, read');
    const needsConnection = page.getByTestId('needs-connection');
    await page.goto(running.url);
    await page.getByLabel('User name').fill('admin');
    await page.locator('input[type=password]').fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();

    await test.step('a run is pinned', async () => {
      await go(page, '/reviews');
      await page.getByRole('button', { name: 'Pin' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Production run', { exact: true }).click();
      await dialog.getByRole('combobox', { name: 'Production run' }).click();
      await page.getByRole('option', { name: /Aurora/ }).click();
      await dialog.getByRole('button', { name: 'Pin' }).click();
      await expect(page.getByText('Ready', { exact: true })).toBeVisible();
    });

    await proxy.cut();
    await expect(banner).toBeVisible({ timeout: 30_000 });

    await test.step('map', async () => {
      await go(page, '/map?at=47,7.2,8');
      await expect(page.getByRole('button', { name: tracker.mac }).first()).toBeVisible();
      await aged();
      await go(page, '/map?at=47,7.2,8&layer=heat');
      await expect(needsConnection).toContainText('appears when the central database can be reached again');
      // What is missing does not stand in the way back.
      await page.getByText('Trackers', { exact: true }).last().click();
      await expect(needsConnection).toBeHidden();
    });

    await test.step('replay', async () => {
      await go(page, `/map?replay=${tracker.id}`);
      await aged();
      await expect(page.getByRole('slider').first()).toBeVisible();
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
      await expect(needsConnection).toBeHidden();
    });

    await test.step('tracker page', async () => {
      await go(page, `/trackers/${tracker.id}`);
      await expect(page.getByText(tracker.mac).first()).toBeVisible();
      await aged();
      await expect(page.getByRole('alert')).toBeHidden();
      for (const tab of ['Stays', 'Fetching']) {
        await page.getByRole('tab', { name: new RegExp(tab) }).click();
        await expect(needsConnection.first()).toBeVisible();
        await expect(page.getByRole('alert')).toBeHidden();
      }
    });

    await test.step('with the connection what waited is shown by itself', async () => {
      await proxy.restore();
      await expect(banner).toBeHidden({ timeout: 30_000 });
      await expect(needsConnection).toBeHidden();
      await expect(page.getByText('Absent in a row')).toBeVisible();
    });
  });
});

const go = async (page: Page, path: string) => {
  await page.goto(new URL(path, page.url()).href);
};
