import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, LaunchOptions, TestInfo } from '@playwright/test';
import bwipjs from 'bwip-js/node';
import { chromium } from 'playwright';

const WIDTH = 640;
const HEIGHT = 480;

/** A browser whose camera sees a label: Chromium's own stand-in for a camera, which plays a film. */
export async function browserBeforeLabel(info: TestInfo, code: string): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'camera-'));
  const film = join(folder, 'label.y4m');
  await writeFile(film, filmOf(code));
  const { launchOptions = {} } = info.project.use as { launchOptions?: LaunchOptions };
  const browser = await chromium.launch({
    ...launchOptions,
    args: [
      ...(launchOptions.args ?? []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ],
  });
  browser.once('disconnected', () => void rm(folder, { recursive: true, force: true }));
  return browser;
}

/** Uncompressed film (YUV4MPEG2) of one picture: the code as a QR code in the middle, black on white. */
function filmOf(code: string): Buffer {
  const [drawn] = bwipjs.raw('qrcode', code, {}) as unknown as [{ pixs: number[]; pixx: number; pixy: number }];
  const luma = Buffer.alloc(WIDTH * HEIGHT, 235);
  const scale = Math.floor(HEIGHT / 2 / drawn.pixy);
  const [left, top] = [(WIDTH - drawn.pixx * scale) >> 1, (HEIGHT - drawn.pixy * scale) >> 1];
  for (let y = 0; y < drawn.pixy * scale; y++)
    for (let x = 0; x < drawn.pixx * scale; x++)
      if (drawn.pixs[Math.floor(y / scale) * drawn.pixx + Math.floor(x / scale)])
        luma[(top + y) * WIDTH + left + x] = 16;
  const colours = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from('FRAME\n'), luma, colours]);
}
