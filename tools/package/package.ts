import { join } from 'node:path';
import { assertShippable } from './contents.ts';
import { pack } from './pack.ts';
import { writeSbom } from './sbom.ts';

/**
 * `npm run package [-- --dir]`: packs the built console for this platform into dist/; with --dir only the unpacked
 * folder. Needs Electron's binary (electron-builder downloads it; ELECTRON_OVERRIDE_DIST_PATH names an unpacked one).
 */
const output = join(import.meta.dirname, '..', '..', 'dist');
const electronDist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? null;
const made = await pack({ electronDist, output, folderOnly: process.argv.includes('--dir') });
const files = await assertShippable(output);
const sbom = await writeSbom(output);
console.log(['Packed:', ...made, sbom].join('\n  '));
console.log(`${files.length} files, none of a developer’s and no secret among them.`);
