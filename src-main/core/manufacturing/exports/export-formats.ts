import type { ExportProfile, ManufacturerExportFormat } from '../../../../src-shared/contract/export-profile.ts';
import { writeCsv, writeJson } from './export-tables.ts';
import { writeKeyFiles } from './keyfile-archive.ts';
import type { PublicKey } from './public-key-pages.ts';

/** How an export is written. A format gets public values only. */
export interface ExportFormat {
  contentType: string;
  write(
    profile: ExportProfile,
    pages: AsyncIterable<PublicKey[]>,
  ): AsyncGenerator<string | Uint8Array, void, undefined>;
}

export const exportFormats: Record<ManufacturerExportFormat, ExportFormat> = {
  csv: { contentType: 'text/csv; charset=utf-8', write: writeCsv },
  json: { contentType: 'application/json', write: writeJson },
  keyfile: { contentType: 'application/x-tar', write: writeKeyFiles },
};
