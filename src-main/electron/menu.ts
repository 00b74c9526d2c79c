import type { MenuItemConstructorOptions } from 'electron';
import type { ShellCommand } from '../../src-shared/contract/shell.ts';
import { words } from './words.ts';

export interface MenuParts {
  platform: NodeJS.Platform;
  /** To the window, which knows its own screens. */
  send(command: ShellCommand): void;
  print(): void;
  lock(): void;
  openLogs(): void;
  /** Development tools, for builds that are not packaged. */
  tools: boolean;
}

/** Screens of the menu Go, with Ctrl or Command and their number. */
const screens = [
  ['Overview', '/'],
  ['Trackers', '/trackers'],
  ['Map', '/map'],
  ['Key batches', '/key-batches'],
  ['Orders', '/orders'],
  ['Scan station', '/scan'],
  ['Fetcher', '/fetcher'],
] as const;

/** The menu of the application; what a person may not see, the window itself refuses. */
export function menuTemplate(parts: MenuParts): MenuItemConstructorOptions[] {
  const { menu } = words;
  const mac = parts.platform === 'darwin';
  const separator = { type: 'separator' } as const;
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: menu.file,
      submenu: [
        { label: menu.print, accelerator: 'CmdOrCtrl+P', click: parts.print },
        { label: menu.lock, accelerator: 'CmdOrCtrl+L', click: parts.lock },
        separator,
        { role: mac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu', label: menu.edit },
    {
      label: menu.go,
      submenu: [
        { label: menu.find, accelerator: 'CmdOrCtrl+K', click: () => parts.send({ type: 'find' }) },
        separator,
        ...screens.map(([label, path], i) => ({
          label,
          accelerator: `CmdOrCtrl+${i + 1}`,
          click: () => parts.send({ type: 'go', path }),
        })),
      ],
    },
    {
      label: menu.view,
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(parts.tools ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    { role: 'windowMenu', label: menu.window },
    { role: 'help', label: menu.help, submenu: [{ label: menu.openLogs, click: parts.openLogs }] },
  ];
}
