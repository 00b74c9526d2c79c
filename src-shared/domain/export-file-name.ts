const extensions = { csv: 'csv', json: 'json', keyfile: 'keyfiles.tar' } as const;

/** A name for an export's file that every file system takes: `key-order-7-Spring-run.csv`. */
export const exportFileName = (label: string, what: string, format: keyof typeof extensions): string => {
  const plain = label
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${[what, plain].filter(Boolean).join('-')}.${extensions[format]}`;
};
