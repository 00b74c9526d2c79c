import { type BrowserWindow, dialog, Notification } from 'electron';
import type { ShellParts } from './shell-ipc.ts';
import { words } from './words.ts';

/** What the shell shows in windows of the operating system. */
export function showStartError(message: string): void {
  dialog.showErrorBox(words.startFailed, message);
}

export const askPerson =
  (window: BrowserWindow) => async (message: string, detail: string, buttons: readonly string[]) =>
    (await dialog.showMessageBox(window, { type: 'warning', message, detail, buttons: [...buttons], noLink: true }))
      .response;

export const shellParts = (window: BrowserWindow, handle: ShellParts['handle']): ShellParts => ({
  handle,
  async askWhereToSave(suggestedName) {
    const chosen = await dialog.showSaveDialog(window, { defaultPath: suggestedName });
    return chosen.canceled ? null : chosen.filePath;
  },
  showNotification: (title, body) => new Notification({ title, body }).show(),
  print: () => new Promise((resolve) => window.webContents.print({ printBackground: true }, resolve)),
});
