import type { ExportProfile, ManufacturerExportFormat } from '../../../../src-shared/contract/export-profile.ts';
import { AppError } from '../../platform/errors.ts';
import { writeCsv, writeJson } from './export-tables.ts';
import { mostKeysOf, writeKeyFiles } from './keyfile-archive.ts';
import type { PublicDevice } from './public-key-pages.ts';

/** How an export is written. A format gets public values only. */
export interface ExportFormat {
  contentType: string;
  write(
    profile: ExportProfile,
    pages: AsyncIterable<PublicDevice[]>,
  ): AsyncGenerator<string | Uint8Array, void, undefined>;
}

/**
 * Refuses a profile whose files can't hold all keys of a device: an export is never cut. Throws AppError `conflict` with
 * what to do instead.
 */
export function requireFitting(profile: ExportProfile, keysPerDevice: number): void {
  if (profile.format !== 'keyfile' || keysPerDevice === 1) return;
  const most = mostKeysOf(profile);
  if (keysPerDevice <= most) return;
  const why = profile.esp32Images ? 'An ESP32 image holds one key' : `A key file of this profile holds ${most} keys`;
  throw new AppError(
    'conflict',
    `${why}, and the devices of this batch have ${keysPerDevice}. Choose a table instead, or make a batch with fewer keys a device.`,
  );
}

export const exportFormats: Record<ManufacturerExportFormat, ExportFormat> = {
  csv: { contentType: 'text/csv; charset=utf-8', write: writeCsv },
  json: { contentType: 'application/json', write: writeJson },
  keyfile: { contentType: 'application/x-tar', write: writeKeyFiles },
};
