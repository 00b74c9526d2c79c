/** The channels of `window.shell` (src-shared/contract/shell.ts); apart, since the sandboxed preload may import nothing of Node. */
export const channels = {
  saveDownload: 'shell:save-download',
  notify: 'shell:notify',
  print: 'shell:print',
  locked: 'shell:locked',
  command: 'shell:command',
} as const;
