import { createHash } from 'node:crypto';
import type { ExportProfile } from '../../../../src-shared/contract/export-profile.ts';
import type { ExportPreview } from '../../../../src-shared/contract/manufacturers.ts';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import { publicKeys } from '../key-batches/batch-keys-store.ts';
import { exportFormats } from './export-formats.ts';
import { devicesOf } from './keyfile-archive.ts';
import { publicKeyPages, type ReadKeys } from './public-key-pages.ts';

const DEVICES = 5;

/** Keys that belong to nobody, to preview a profile: the hashes of their numbers. */
const exampleKeys =
  (count: number): ReadKeys =>
  async (afterId) => {
    if (afterId > 0) return null;
    const ids = Array.from({ length: count }, (_, i) => i + 1);
    const keys = ids.map((id) => createHash('sha224').update(`example ${id}`).digest());
    if (keys.some((key) => key.length !== KEY_BYTES)) throw new Error('an example key has a wrong length');
    return { packed: Buffer.concat(keys), ids };
  };

/** The first devices of an export, written as the export itself is. `tx` reads the batch; null shows example keys. */
export async function previewExport(
  tx: Transaction,
  profile: ExportProfile,
  keyBatchId: number | null,
): Promise<ExportPreview> {
  const wanted = profile.format === 'keyfile' ? DEVICES * profile.keysPerFile : DEVICES;
  const ofBatch: ReadKeys = async (afterId) =>
    afterId > 0 || keyBatchId === null
      ? null
      : publicKeys(tx, keyBatchId, { afterId, throughId: Number.MAX_SAFE_INTEGER, limit: wanted * 2 });
  const first = await ofBatch(0, wanted);
  const read = first ? ofBatch : exampleKeys(wanted * 2);
  async function* pages() {
    for await (const page of publicKeyPages(read, profile)) yield page.slice(0, wanted);
  }
  const preview: ExportPreview = { example: first === null, lines: [], files: [] };
  if (profile.format === 'keyfile') {
    for await (const files of devicesOf(profile, pages()))
      for (const { name, content } of files)
        preview.files.push({ name, size: content.length, hex: Buffer.from(content.subarray(0, 40)).toString('hex') });
    return preview;
  }
  let text = '';
  for await (const part of exportFormats[profile.format].write(profile, pages()))
    text += Buffer.from(part).toString('utf8');
  preview.lines = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter(Boolean);
  return preview;
}
