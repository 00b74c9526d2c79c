/** The two channels of `window.shell` (src-shared/contract/shell.ts); apart, since the sandboxed preload may import nothing of Node. */
export const channels = { saveDownload: 'shell:save-download', notify: 'shell:notify' } as const;
