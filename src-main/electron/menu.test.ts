import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import type { ShellCommand } from '../../src-shared/contract/shell.ts';
import { menuTemplate } from './menu.ts';

function menu(platform: NodeJS.Platform, tools = false) {
  const did: (ShellCommand | string)[] = [];
  const template = menuTemplate({
    platform,
    tools,
    send: (command) => did.push(command),
    print: () => did.push('print'),
    lock: () => did.push('lock'),
    openLogs: () => did.push('logs'),
  });
  const items = (list: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    list.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])]);
  return { did, items: items(template) };
}

describe('the menu', () => {
  it.each(['linux', 'win32', 'darwin'] as const)('has each shortcut once on %s', (platform) => {
    const shortcuts = menu(platform).items.flatMap((item) => item.accelerator ?? []);
    expect(shortcuts).toContain('CmdOrCtrl+K');
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it('leads to the screens, prints, locks and shows the logs', () => {
    const { did, items } = menu('linux');
    const click = (label: string) =>
      items.find((item) => item.label === label)?.click?.(null as never, undefined, null as never);
    for (const label of ['Scan station', 'Find or go to…', 'Print…', 'Lock', 'Show log files']) click(label);
    expect(did).toEqual([{ type: 'go', path: '/scan' }, { type: 'find' }, 'print', 'lock', 'logs']);
  });

  it('has development tools only where they were asked for', () => {
    expect(menu('linux').items.some((item) => item.role === 'toggleDevTools')).toBe(false);
    expect(menu('linux', true).items.some((item) => item.role === 'toggleDevTools')).toBe(true);
  });

  it('has what a Mac expects', () => {
    expect(menu('darwin').items[0]).toEqual({ role: 'appMenu' });
    expect(menu('linux').items.some((item) => item.role === 'appMenu')).toBe(false);
  });
});
