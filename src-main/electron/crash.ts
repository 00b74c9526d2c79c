import type { App, BrowserWindow, WebContents } from 'electron';
import type { Logger } from 'pino';
import { words } from './words.ts';

const MAX_RELOADS = 3;
const WITHIN_MS = 5 * 60_000;

export interface CrashParts {
  app: Pick<App, 'on'>;
  window: Pick<BrowserWindow, 'on'> & { webContents: Pick<WebContents, 'on' | 'reload' | 'forcefullyCrashRenderer'> };
  log: Pick<Logger, 'error' | 'warn'>;
  now(): number;
  /** Asks the person; resolves to the index of the chosen button. */
  ask(message: string, detail: string, buttons: readonly string[]): Promise<number>;
  quit(): void;
}

/**
 * A window that crashed is loaded again by itself, three times within five minutes at most; then the person decides. A
 * window that hangs is waited for or loaded again, as they choose. Helpers that end are logged.
 */
export function handleCrashes(parts: CrashParts): void {
  const { app, window, log } = parts;
  let reloads: number[] = [];
  let asking = false;

  window.webContents.on('render-process-gone', async (_event, details) => {
    if (details.reason === 'clean-exit') return;
    log.error({ reason: details.reason, exitCode: details.exitCode }, 'the window’s process is gone');
    reloads = reloads.filter((at) => at > parts.now() - WITHIN_MS);
    if (reloads.length < MAX_RELOADS) {
      reloads.push(parts.now());
      window.webContents.reload();
      return;
    }
    const answer = await parts.ask(words.crashed, words.crashedDetail, [words.reload, words.quit]);
    reloads = [];
    if (answer === 0) window.webContents.reload();
    else parts.quit();
  });

  window.on('unresponsive', async () => {
    if (asking) return;
    asking = true;
    log.warn({}, 'the window does not respond');
    const answer = await parts.ask(words.unresponsive, words.unresponsiveDetail, [words.wait, words.reload]);
    asking = false;
    // A hung page takes no reload: its process is ended, and the handler above loads it again.
    if (answer === 1) window.webContents.forcefullyCrashRenderer();
  });
  window.on('responsive', () => log.warn({}, 'the window responds again'));

  app.on('child-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return;
    const { type, reason, exitCode, name } = details;
    log.error({ type, reason, exitCode, name }, 'a helper process is gone');
  });
}
