import { contextBridge, ipcRenderer } from 'electron';
import type { Shell } from '../../src-shared/contract/shell.ts';
import { channels } from './channels.ts';
import { createShell } from './shell-bridge.ts';

/** The contract's shell and nothing else: no ipcRenderer, no event object, no path of this machine. */
const shell: Shell = createShell(ipcRenderer, channels, process.platform as Shell['platform']);
contextBridge.exposeInMainWorld('shell', shell);
