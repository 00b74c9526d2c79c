import { contextBridge, ipcRenderer } from 'electron';
import type { Shell } from '../../src-shared/contract/shell.ts';
import { channels } from './channels.ts';

/** The contract's shell and nothing else: no ipcRenderer, no event object, no path of this machine. */
const shell: Shell = {
  platform: process.platform as Shell['platform'],
  saveDownload: (apiPath, suggestedName) => ipcRenderer.invoke(channels.saveDownload, apiPath, suggestedName),
  notify: (title, body) => ipcRenderer.invoke(channels.notify, title, body),
};
contextBridge.exposeInMainWorld('shell', shell);
