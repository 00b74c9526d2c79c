import { z } from 'zod';
import { firmwares } from '../domain/find-my/battery.ts';
import { flag, line } from './common.ts';

export const MAX_IMPORT_BYTES = 256 * 1024 * 1024;
/** How an import treats bad rows: nothing is stored if there is one, or the good rows are. */
export const importModes = ['all-or-nothing', 'good-rows'] as const;
export const importContentTypes = [
  'text/csv',
  'application/json',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;

export const importFields = [
  'macAddress',
  'advertisementKey',
  'hashedAdvertisementKey',
  'privateKey',
  'additionalKeys',
  'serialNumber',
  'name',
  'goodsReference',
  'tags',
  'note',
] as const;
export type ImportField = (typeof importFields)[number];
/** What an import of trackers that exist elsewhere makes use of. */
export const trackerImportFields: readonly ImportField[] = [
  ...(['privateKey', 'additionalKeys', 'advertisementKey', 'hashedAdvertisementKey'] as const),
  'macAddress',
  'serialNumber',
  ...(['name', 'goodsReference', 'tags', 'note'] as const),
];
const choice = new RegExp(`^(?:${importFields.join('|')}):[1-9][0-9]{0,3}$`);
/** Which column holds which field, where the names of the columns don't say it: `macAddress:3,serialNumber:1`. */
const importColumns = z
  .string()
  .max(300)
  .refine(
    (text) => text.split(',').every((part) => choice.test(part)),
    'Give pairs of field and column number, counted from 1, as in macAddress:3,serialNumber:1.',
  )
  .transform(
    (text) =>
      Object.fromEntries(
        text
          .split(',')
          .map((part) => part.split(':') as [string, string])
          .map(([field, at]) => [field, Number(at)]),
      ) as Partial<Record<ImportField, number>>,
  );
export const importQuery = z.object({
  dryRun: flag.optional(),
  mode: z.enum(importModes).default('all-or-nothing'),
  columns: importColumns.optional(),
  /** The row that names the columns, where it isn't found: counted from 1. */
  headerRow: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'Give the number of a row, counted from 1.')
    .transform(Number)
    .optional(),
  /** The sheet of a workbook, where the first that is shown and names columns of devices is not meant. */
  sheet: z.string().min(1).max(100).optional(),
});

/** Of a .keys file whose keys stand together: whether they are one tracker's, or each of a tracker of its own. */
export const keyBlocks = ['device', 'devices'] as const;

/** The file corrects an earlier one: devices that were mixed up are put right, for this reason. */
export const mixUpReason = line(3, 500);

export const trackerImportQuery = importQuery.extend({
  keyBlocks: z.enum(keyBlocks).optional(),
  /** What the status byte of these trackers says of the battery; without it no battery is shown. */
  firmware: z.enum(firmwares).optional(),
  mixUpReason: mixUpReason.optional(),
});
