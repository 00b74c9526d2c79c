import { trimEnds } from './trim-ends.ts';

const extensions = { csv: 'csv', json: 'json', keyfile: 'keyfiles.tar' } as const;

/** A file name for an export that every file system accepts: `key-order-7-Spring-run.csv`. */
export const exportFileName = (label: string, what: string, format: keyof typeof extensions): string => {
  const dashed = label.replace(/[^\p{L}\p{N}._-]+/gu, '-');
  const plain = trimEnds(dashed, (character) => character === '-').slice(0, 60);
  return `${[what, plain].filter(Boolean).join('-')}.${extensions[format]}`;
};
