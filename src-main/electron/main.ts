import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Notification, protocol, session } from 'electron';
import { API_PREFIX } from '../../src-shared/contract/routes.ts';
import { bootConsole } from '../core/boot.ts';
import { parseOptions } from '../core/host/options.ts';
import { consolePaths } from '../core/host/paths.ts';
import { createStaticFiles } from '../core/http/static-files.ts';
import { imageOrigins } from '../core/services/image-origins.ts';
import { channels } from './channels.ts';
import { APP_ORIGIN, confineAll, denyPermissions } from './hardening.ts';
import { holdSession } from './held-session.ts';
import { notify, type ShellParts, saveDownload } from './shell-ipc.ts';
import { windowOptions } from './window.ts';

// Before the app is ready: our scheme behaves like https (origin, fetch, streams), and every renderer is sandboxed.
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);
app.enableSandbox();
confineAll(app);

if (!app.requestSingleInstanceLock()) app.quit();
else void start();

async function start(): Promise<void> {
  await app.whenReady();
  denyPermissions(session.defaultSession);
  const paths = consolePaths();
  const options = parseOptions(process.argv.slice(app.isPackaged ? 1 : 2), join(app.getPath('userData'), 'data'));
  const core = await bootConsole({ ...options, paths, allowedHosts: [new URL(APP_ORIGIN).host] }).catch(
    (error: Error) => {
      dialog.showErrorBox('The console could not start', error.message);
      app.exit(1);
      throw error;
    },
  );
  const handle = holdSession(core.handle, APP_ORIGIN);
  const files = createStaticFiles(paths.renderer, () => imageOrigins(core.core.db));
  protocol.handle('app', (request) =>
    new URL(request.url).pathname.startsWith(`${API_PREFIX}/`) ? handle(request) : files(request),
  );

  const window = new BrowserWindow(windowOptions(paths.preload));
  const parts: ShellParts = {
    handle,
    async askWhereToSave(suggestedName) {
      const chosen = await dialog.showSaveDialog(window, { defaultPath: suggestedName });
      return chosen.canceled ? null : chosen.filePath;
    },
    showNotification: (title, body) => new Notification({ title, body }).show(),
  };
  ipcMain.handle(channels.saveDownload, (event, path, name) => saveDownload(parts, event, path, name));
  ipcMain.handle(channels.notify, (event, title, body) => notify(parts, event, title, body));

  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  window.once('ready-to-show', () => window.show());
  // Quitting waits until workers have finished what is in hand and the database is closed.
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void core.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
  app.on('window-all-closed', () => app.quit());
  await window.loadURL(`${APP_ORIGIN}/`);
}
