import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1024),
  height: z.int().min(700),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

/** How much of the title bar must be on a screen, in pixels, for the window to be found again. */
const REACHABLE = { width: 120, height: 24 };

/** The last place of the window, or null when there is none that can be used: no file, damaged, or on a screen that is gone. */
export async function readWindowState(path: string, workAreas: readonly Rectangle[]): Promise<WindowState | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  let content: unknown = null;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  const state = stateSchema.safeParse(content);
  return state.success && workAreas.some((area) => isReachable(state.data, area)) ? state.data : null;
}

function isReachable(state: Rectangle, area: Rectangle): boolean {
  const width = Math.min(state.x + state.width, area.x + area.width) - Math.max(state.x, area.x);
  const titleInside = state.y >= area.y - 1 && state.y + REACHABLE.height <= area.y + area.height;
  return titleInside && width >= REACHABLE.width;
}

type Window = Pick<BrowserWindow, 'getNormalBounds' | 'isMaximized' | 'on'>;
const QUIET_MS = 500;

/** Keeps the window's place: a while after it was moved or resized, and when it closes. */
export function keepWindowState(window: Window, path: string, onError: (error: unknown) => void): void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    const { x, y, width, height } = window.getNormalBounds();
    write(path, { x, y, width, height, maximized: window.isMaximized() }).catch(onError);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', save);
}

async function write(path: string, state: WindowState): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, JSON.stringify(state));
  await rename(`${path}.part`, path);
}
