import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';

/** Sandboxed, isolated, without Node; the preload exposes `window.shell` and nothing more (checklist, items 2 to 4, 6 to 9). */
export const windowOptions = (preload: string, place: Rectangle | null = null): BrowserWindowConstructorOptions => ({
  width: place?.width ?? 1440,
  height: place?.height ?? 900,
  ...(place ? { x: place.x, y: place.y } : {}),
  minWidth: 1024,
  minHeight: 700,
  show: false,
  backgroundColor: '#1a1b1e',
  autoHideMenuBar: true,
  webPreferences: {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    spellcheck: false,
  },
});
