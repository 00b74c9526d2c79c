import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Migrations are not among them: bundles read them at run time, and the snapshot is named after their contents. */
const folders = ['src-main', 'src-renderer', 'src-shared', 'src-worker', 'tools'];
const rootFiles = [
  /^package(-lock)?\.json$/,
  /^tsconfig[^/]*\.json$/,
  /^electron\.vite\.config\.\w+$/,
  /^postcss\.config\.\w+$/,
  /^\.env(\..+)?$/,
];

/** Whether a file belongs to the running product, and not to its tests or its documentation. */
export const isProductFile = (path: string): boolean =>
  !/\.(test|bench)\.tsx?$|\.md$/.test(path) && !path.split('/').includes('testing');

/** Whether the build reads a file. `path` is relative to the root, with forward slashes. */
export function isBuildInput(path: string): boolean {
  if (!path.includes('/')) return rootFiles.some((pattern) => pattern.test(path));
  return folders.some((folder) => path.startsWith(`${folder}/`)) && isProductFile(path);
}

/** Changes whenever a file that the build reads is added, removed, renamed or written. */
export function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const path of inputsBelow(root).sort()) {
    const { mtimeMs, size } = statSync(join(root, path));
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

function inputsBelow(root: string): string[] {
  const entries: Dirent[] = [
    ...readdirSync(root, { withFileTypes: true }),
    ...folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true })),
  ];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isBuildInput);
}
