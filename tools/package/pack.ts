import { join } from 'node:path';
import { build, Platform } from 'electron-builder';
import { config } from './config.ts';

/**
 * Packs the built console for this platform. Returns the paths of what was made.
 * @param electronDist folder with an unpacked Electron; null lets electron-builder download it
 * @param output where the result goes
 */
export function pack(options: { electronDist: string | null; output: string; folderOnly: boolean }): Promise<string[]> {
  return build({
    projectDir: join(import.meta.dirname, '..', '..'),
    targets: Platform.current().createTarget(options.folderOnly ? 'dir' : null),
    config: {
      ...config,
      directories: { ...config.directories, output: options.output },
      ...(options.electronDist === null ? {} : { electronDist: options.electronDist }),
    },
  });
}
