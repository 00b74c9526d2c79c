import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  crashReporter,
  ipcMain,
  Menu,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import type { LockReason } from '../../src-shared/contract/shell.ts';
import { bootConsole } from '../core/app/boot.ts';
import { parseOptions } from '../core/app/options.ts';
import { consolePaths } from '../core/app/paths.ts';
import { imageOrigins } from '../core/map/image-origins.ts';
import { createStaticFiles } from '../core/platform/http/static-files.ts';
import { appProtocol, privilegedScheme } from './app-protocol.ts';
import { channels } from './channels.ts';
import { handleCrashes } from './crash.ts';
import { askPerson, shellParts, showStartError } from './dialogs.ts';
import { APP_ORIGIN, confineAll, limitPermissions } from './hardening.ts';
import { holdSession } from './held-session.ts';
import { keychain } from './keychain.ts';
import { idleMinutes, watchForLock } from './lock.ts';
import { menuTemplate } from './menu.ts';
import { serveShell } from './shell-ipc.ts';
import { startUpdates, type Updater } from './updates.ts';
import { launchUtility } from './utility-worker.ts';
import { windowOptions } from './window.ts';
import { keepWindowState, readWindowState } from './window-state.ts';
import { words } from './words.ts';

// Before the app is ready: our scheme behaves like https (origin, fetch, streams), and every renderer is sandboxed.
protocol.registerSchemesAsPrivileged([privilegedScheme]);
app.enableSandbox();
confineAll(app);
// Dumps stay on this computer: they may hold keys.
crashReporter.start({ uploadToServer: false });

if (!app.requestSingleInstanceLock()) app.quit();
else void start();

async function start(): Promise<void> {
  await app.whenReady();
  limitPermissions(session.defaultSession);
  const paths = consolePaths();
  const userData = app.getPath('userData');
  const options = parseOptions(process.argv.slice(app.isPackaged ? 1 : 2), join(userData, 'data'));
  const running = await bootConsole({
    ...options,
    paths,
    allowedHosts: [new URL(APP_ORIGIN).host],
    logFile: join(app.getPath('logs'), 'console.log'),
    launchWorker: launchUtility((path, args, forkOptions) => utilityProcess.fork(path, args, forkOptions)),
    ...(process.env.CONSOLE_KEY_FILE
      ? {}
      : { keyStore: keychain(safeStorage, join(options.dataDir, 'keys', 'keychain-key.json'), process.platform) }),
  }).catch((error: Error) => {
    showStartError(error.message);
    app.exit(1);
    throw error;
  });
  const { log, keyring, db } = running.parts;
  const held = holdSession(running.handle, APP_ORIGIN);
  protocol.handle(
    'app',
    appProtocol(
      held.handle,
      createStaticFiles(paths.renderer, () => imageOrigins(db)),
    ),
  );

  const statePath = join(userData, 'window-state.json');
  const state = await readWindowState(
    statePath,
    screen.getAllDisplays().map((display) => display.workArea),
  );
  const window = new BrowserWindow(windowOptions(paths.preload, state));
  if (state?.maximized) window.maximize();
  keepWindowState(window, statePath, (error) => log.warn({ err: error }, 'the window’s place was not kept'));
  const parts = shellParts(window, held.handle);
  serveShell(ipcMain, parts);
  handleCrashes({ app, window, log, now: Date.now, ask: askPerson(window), quit: () => app.quit() });

  const lockWindow = (reason: LockReason) => {
    held.end().catch((error: unknown) => log.warn({ err: error }, 'the session was not ended on the server'));
    window.webContents.send(channels.locked, reason);
  };
  watchForLock({
    powerMonitor,
    idleMinutes: idleMinutes(process.env.CONSOLE_IDLE_LOCK_MINUTES),
    lockWindow,
    dropKeys: () => keyring.lock(),
    restoreKeys: () => void keyring.unlock().catch((error: unknown) => log.warn({ err: error }, 'keys stay locked')),
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        platform: process.platform,
        send: (command) => window.webContents.send(channels.command, command),
        print: () => void parts.print(),
        lock: () => lockWindow('asked'),
        openLogs: () => void shell.openPath(app.getPath('logs')),
        tools: !app.isPackaged,
      }),
    ),
  );
  await startUpdates({
    feedUrl: process.env.CONSOLE_UPDATE_URL || null,
    packaged: app.isPackaged,
    platform: process.platform,
    readBuildConfig: () => readFile(join(process.resourcesPath, 'app-update.yml'), 'utf8').catch(() => null),
    load: async () => (await import('electron-updater')).default.autoUpdater as unknown as Updater,
    onReady: () => parts.showNotification(words.updateReady, words.updateReadyDetail),
    onError: (error) => log.warn({ err: error }, 'looking for an update failed'),
  }).catch((error: Error) => showStartError(error.message));

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
    void running.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
  app.on('window-all-closed', () => app.quit());
  await window.loadURL(`${APP_ORIGIN}/`);
}
