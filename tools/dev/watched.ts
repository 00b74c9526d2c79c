import { isProductFile } from '../build/inputs.ts';

/** Folders whose changes reach the running core, its workers included. */
export const coreFolders = ['src-main', 'src-worker', 'src-shared', 'migrations'];

/** Whether the headless core is started again when a file changes. `path` is relative to the root, with forward slashes. */
export const restartsCore = (path: string): boolean =>
  coreFolders.some((folder) => path.startsWith(`${folder}/`)) &&
  !path.startsWith('src-main/electron/') &&
  isProductFile(path);
