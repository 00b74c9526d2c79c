import { importContentTypes, MAX_IMPORT_BYTES } from '../../../src-shared/contract/device-imports.ts';
import { importing } from '../../strings/importing.ts';

export type ImportContentType = (typeof importContentTypes)[number];
export type FileVerdict = { contentType: ImportContentType } | { problem: string };

/** As the API has it: a workbook can't be read piece by piece. */
const MAX_WORKBOOK_BYTES = 32 * 1024 * 1024;

const startsWith = (head: Uint8Array, ...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);

/**
 * Says what a chosen file is sent as, or why it is no list of devices: what can be told from its size, name and first
 * bytes without sending 256 MB first. The API checks all of it again.
 * @param head the first bytes, 64 are enough
 */
export function describeFile(file: { name: string; size: number }, head: Uint8Array): FileVerdict {
  if (file.size === 0) return { problem: importing.empty };
  if (file.size > MAX_IMPORT_BYTES) return { problem: importing.tooLarge(MAX_IMPORT_BYTES / 1024 / 1024) };
  if (startsWith(head, 0x25, 0x50, 0x44, 0x46)) return { problem: importing.pdf };
  const zip = startsWith(head, 0x50, 0x4b, 3, 4);
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) return { problem: importing.oldWorkbook };
  if (zip && /\.xls[xm]$/i.test(file.name))
    return file.size > MAX_WORKBOOK_BYTES
      ? { problem: importing.workbookTooLarge(MAX_WORKBOOK_BYTES / 1024 / 1024) }
      : { contentType: importContentTypes[2] };
  if (zip && /\.ods$/i.test(file.name)) return { problem: importing.openDocument };
  if (zip || startsWith(head, 0x1f, 0x8b) || startsWith(head, 0x37, 0x7a, 0xbc, 0xaf))
    return { problem: importing.archive };
  const text = new TextDecoder()
    .decode(head)
    .replace(/^\ufeff/, '')
    .trimStart();
  const json = /\.json$/i.test(file.name) || text.startsWith('[') || text.startsWith('{');
  return { contentType: json ? 'application/json' : 'text/csv' };
}
