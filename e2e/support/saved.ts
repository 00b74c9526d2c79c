import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { until } from './api.ts';
import { answerSaveDialog } from './desktop.ts';

export interface Saved {
  /** As the console suggests it. */
  name: string;
  bytes: Buffer;
}

/**
 * The file that is saved upon what `act` does: by the browser, or by the desktop, whose save dialog is answered with the
 * name that it suggests.
 */
export async function saved(page: Page, act: () => Promise<unknown>): Promise<Saved> {
  const folder = await mkdtemp(join(tmpdir(), 'saved-'));
  const downloads: Download[] = [];
  const onDownload = (download: Download) => void downloads.push(download);
  page.on('download', onDownload);
  try {
    await answerSaveDialog(folder);
    await act();
    return await until(async (): Promise<Saved | null> => {
      const [download] = downloads;
      if (download) return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
      // A file is written aside and renamed when it is whole.
      const name = (await readdir(folder)).find((file) => !file.endsWith('.part'));
      return name === undefined ? null : { name, bytes: await readFile(join(folder, name)) };
    }, 'a file to be saved');
  } finally {
    page.off('download', onDownload);
    await rm(folder, { recursive: true, force: true });
  }
}
