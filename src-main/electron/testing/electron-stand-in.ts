import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { ForkUtility, Utility } from '../utility-worker.ts';
import { forkStandIn } from './utility-stand-in.ts';

/**
 * Stands in for the module `electron` where its binary is missing: the same members that the shell uses, which remember
 * what was asked of them, so that a test can play the operating system and look at what the shell would do.
 */
export const seen = {
  order: [] as string[],
  userData: '',
  protocol: null as ((request: Request) => Promise<Response>) | null,
  ipc: new Map<string, (event: unknown, ...args: unknown[]) => unknown>(),
  permissions: {} as Record<string, (...args: unknown[]) => unknown>,
  sent: [] as [channel: string, value: unknown][],
  notifications: [] as string[],
  exposed: {} as Record<string, unknown>,
  quits: 0,
  savePath: undefined as string | undefined,
  /** Every helper process that was started. */
  helpers: [] as { name: string; process: Utility }[],
};
const did = (what: string) => void seen.order.push(what);

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  enableSandbox: () => did('sandbox'),
  requestSingleInstanceLock: () => {
    did('single instance');
    return true;
  },
  whenReady: async () => did('ready'),
  getPath: (name: string) => join(seen.userData, name),
  quit: () => void seen.quits++,
  exit: (code: number) => did(`exit ${code}`),
});

export const protocol = {
  registerSchemesAsPrivileged: (schemes: { scheme: string }[]) => did(`schemes ${schemes.map((one) => one.scheme)}`),
  handle: (_scheme: string, handler: (request: Request) => Promise<Response>) => {
    seen.protocol = handler;
  },
};

const permission = (name: string) => (handler: (...args: unknown[]) => unknown) => {
  seen.permissions[name] = handler;
};
export const session = {
  defaultSession: {
    setPermissionRequestHandler: permission('request'),
    setPermissionCheckHandler: permission('check'),
    setDevicePermissionHandler: permission('device'),
  },
};

export class WebContents extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
  send(channel: string, value: unknown): void {
    seen.sent.push([channel, value]);
  }
  print(_options: unknown, done: (printed: boolean) => void): void {
    done(true);
  }
  reload(): void {}
  forcefullyCrashRenderer(): void {}
}

export class BrowserWindow extends EventEmitter {
  static last: BrowserWindow | null = null;
  readonly webContents: WebContents = new WebContents();
  readonly options: Record<string, unknown>;
  loaded: string | null = null;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    BrowserWindow.last = this;
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.loaded = url;
  }
  getNormalBounds = () => ({ x: 0, y: 0, width: 1440, height: 900 });
  isMaximized = () => false;
  isMinimized = () => true;
  maximize(): void {}
  restore = () => did('restored');
  focus = () => did('focused');
  show = () => did('shown');
}

export class Notification {
  readonly options: { title: string; body: string };
  constructor(options: { title: string; body: string }) {
    this.options = options;
  }
  show(): void {
    seen.notifications.push(`${this.options.title}: ${this.options.body}`);
  }
}

export const dialog = {
  showErrorBox: (_title: string, text: string) => did(`error ${text}`),
  showMessageBox: async () => ({ response: 0 }),
  showSaveDialog: async () => ({ canceled: seen.savePath === undefined, filePath: seen.savePath ?? '' }),
};
export const powerMonitor = Object.assign(new EventEmitter(), { getSystemIdleTime: () => 0 });
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
export const shell = { openPath: async () => '' };
export const crashReporter = {
  start: (options: { uploadToServer: boolean }) => did(`uploads ${options.uploadToServer}`),
};
export const Menu = { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => did('menu') };
const fork: ForkUtility = (path, args, options) => {
  const process = forkStandIn(path, args, options);
  seen.helpers.push({ name: options.serviceName ?? '', process });
  return process;
};
export const utilityProcess = { fork };
/** Reversible, and not what is tested here: keychain.test.ts is. */
export const safeStorage = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptStringAsync: async (text: string) => Buffer.from(text).reverse(),
  decryptStringAsync: async (sealed: Buffer) => ({
    result: Buffer.from(sealed).reverse().toString(),
    shouldReEncrypt: false,
  }),
};
export const ipcMain = {
  handle: (channel: string, listener: (event: unknown, ...args: unknown[]) => unknown) =>
    void seen.ipc.set(channel, listener),
};
export const ipcRenderer = Object.assign(new EventEmitter(), { invoke: async () => undefined });
export const contextBridge = {
  exposeInMainWorld: (name: string, value: unknown) => {
    seen.exposed[name] = value;
  },
};
