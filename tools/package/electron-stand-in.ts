import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';

/** Marks the fuses in Electron's executable (@electron/fuses, src/constants.ts); then version, count, and a state each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron 45 ships them: `1` on, `0` off. */
const DEFAULT_STATES = '101001100';

/** An unpacked Electron without its engine, for packing where the binary can't be downloaded: the same files, real fuses. */
export async function writeElectronStandIn(folder: string, version: string): Promise<void> {
  await mkdir(join(folder, 'resources', 'default_app'), { recursive: true });
  await mkdir(join(folder, 'locales'));
  const fuses = Buffer.concat([
    Buffer.from(SENTINEL),
    Buffer.of(1, DEFAULT_STATES.length),
    Buffer.from(DEFAULT_STATES),
  ]);
  const padding = Buffer.alloc(64);
  await writeFile(join(folder, 'electron'), Buffer.concat([padding, fuses, padding]), { mode: 0o755 });
  await writeFile(join(folder, 'version'), version);
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak'])
    await writeFile(join(folder, file), '');
  await writeFile(join(folder, 'resources', 'default_app', 'package.json'), '{}');
  await createPackage(join(folder, 'resources', 'default_app'), join(folder, 'resources', 'default_app.asar'));
}
