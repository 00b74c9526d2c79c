import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';

/** Files that must be there for the console to start. */
const needed = [
  'package.json',
  'out/main/electron.js',
  'out/main/fetcher.js',
  'out/main/status-engine.js',
  'out/main/key-generator.js',
  'out/main/embedded-database.js',
  'out/main/report-opener.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
  'out/p224.wasm',
  'out/p224-fused.wasm',
  'migrations/0001_foundation.sql',
  'src-main/core/fetching/schedule/redis/lua/claim.lua',
  'node_modules/pg/package.json',
];

/** What belongs to developers, or to one installation: by path. Dependencies are judged by the second list alone. */
const ownForbidden = /\.(ts|tsx|map|test\.js)$|^(e2e|tools|docs|src-renderer|src-shared|src-worker)\/|demo-simulator/;
const forbidden =
  /(^|\/)(\.env|\.npmrc|\.git|\.data|id_rsa)|\.(pem|key|p12|pfx|log|keys|sqlite)$|_keyfile$|auth\.json$|console-key|recovery-kit|keychain-key/;
/** Packages of development that a wrong dependency would bring along. */
const developers =
  /^node_modules\/(electron|electron-builder|vite|vitest|typescript|@biomejs|playwright|bullmq|assemblyscript)\//;

/** What is wrong with the list of files of a package, as sentences; empty when it may ship. */
export function problemsOf(files: readonly string[]): string[] {
  const have = new Set(files);
  const missing = needed.filter((file) => !have.has(file)).map((file) => `${file} is missing`);
  const extra = files
    .filter(
      (file) =>
        forbidden.test(file) || developers.test(file) || (!file.startsWith('node_modules/') && ownForbidden.test(file)),
    )
    .map((file) => `${file} must not ship`);
  return [...missing, ...extra];
}

/** Texts that only a secret would hold; looked for in the product's own files. */
const secrets = /-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1|"searchPartyToken"\s*:\s*"[^"]{8,}"/;

/** Checks every app.asar below a folder. Throws with all that is wrong; also when there is no archive at all. */
export async function assertShippable(folder: string): Promise<string[]> {
  const archives = (await readdir(folder, { recursive: true })).filter((path) => basename(path) === 'app.asar');
  if (archives.length === 0) throw new Error(`there is no app.asar below ${folder}`);
  const all: string[] = [];
  for (const archive of archives.map((path) => join(folder, path))) {
    const files = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').replace(/^\//, ''));
    const problems = problemsOf(files);
    for (const file of files.filter((path) => /^(out|migrations)\/.*\.(js|cjs|html|css|sql|json)$/.test(path))) {
      if (secrets.test(extractFile(archive, file).toString('latin1'))) problems.push(`${file} holds a secret`);
    }
    const { main } = JSON.parse(extractFile(archive, 'package.json').toString('utf8')) as { main: string };
    if (!files.includes(main)) problems.push(`${main}, where the console starts, is missing`);
    if (problems.length > 0) throw new Error(`${archive} must not ship:\n  ${problems.join('\n  ')}`);
    all.push(...files);
  }
  return all;
}

/** Whether a built preload is CommonJS, as a sandboxed one must be. */
export const isCommonJs = async (path: string): Promise<boolean> =>
  !/^\s*(import|export)\s/m.test(await readFile(path, 'utf8'));
