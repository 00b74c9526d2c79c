import { z } from 'zod';
import { firmwares } from '../domain/find-my/battery.ts';

export const manufacturerExportFormats = ['csv', 'json', 'keyfile'] as const;
export type ManufacturerExportFormat = (typeof manufacturerExportFormats)[number];

/**
 * What a column of a table can hold. `broadcastAddress` is the MAC that the key's firmware broadcasts; `position` counts
 * the rows of the file, `device` its devices, and `keyNumber` the keys of a device.
 */
export const exportFields = [
  'advertisementKey',
  'hashedAdvertisementKey',
  'broadcastAddress',
  'serialNumber',
  'position',
  'device',
  'keyNumber',
] as const;
export type ExportField = (typeof exportFields)[number];

/** Whether a table has a row for each key, or one for each device with all its keys. */
export const exportRows = ['key', 'device'] as const;
export const keyEncodings = ['base64', 'base64url', 'hex', 'hex-upper'] as const;
export const delimiters = ['comma', 'semicolon', 'tab'] as const;
/**
 * Whose address the label of a device with several keys has: that of any of them, of the first, or of the last, which is
 * the one that some firmware begins with.
 */
export const labelKeys = ['any', 'first', 'last'] as const;
export const lineEnds = ['crlf', 'lf'] as const;
/**
 * How the files of a device are named: by the address that its label has (its first key's, unless it is to be the last's), by a running number, or by six
 * characters of A-Z and 0-9, as macless-haystack's generator does.
 */
export const keyFileNames = ['address', 'number', 'haystack'] as const;
/** As many keys as the nRF5x firmware holds (docs/find-my.md#files-of-other-tools). */
export const MAX_KEYS_PER_FILE = 20;

const columnName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Leave out line breaks and control characters.')
  .regex(/^[^=+\-@]/, 'A name that begins with =, +, - or @ would be a formula in a spreadsheet.');
const filePrefix = z
  .string()
  .trim()
  .max(20)
  .regex(/^[A-Za-z0-9_-]*$/, 'Use letters, digits, - and _ only.');

/** How a manufacturer wants the public keys. A profile has no way to ask for a private key. */
export const exportProfileSchema = z
  .object({
    format: z.enum(manufacturerExportFormats),
    /** The columns of CSV and JSON, in order. */
    columns: z.array(z.object({ field: z.enum(exportFields), name: columnName })).max(exportFields.length),
    keyEncoding: z.enum(keyEncodings),
    delimiter: z.enum(delimiters),
    lineEnd: z.enum(lineEnds),
    byteOrderMark: z.boolean(),
    /** In a row of a device, its keys stand in one cell, a space between them; in JSON, in an array. */
    rows: z.enum(exportRows).default('key'),
    /** What the console's own serial numbers begin with. A profile with a serial number column needs one. */
    serialPrefix: z
      .string()
      .trim()
      .max(12)
      .regex(/^([A-Z][A-Z0-9-]*)?$/, 'Begin with a letter, and use capital letters, digits and - only.'),
    /**
     * Devices with several keys have a file each, with all of them; a profile with more than one here takes no device
     * with more than that. Devices with one key share a file.
     */
    keysPerFile: z.number().int().min(1).max(MAX_KEYS_PER_FILE),
    fileNames: z.enum(keyFileNames),
    filePrefix,
    /** Adds a file beside each key file: the 28 raw bytes that an ESP32 takes as its key partition. */
    esp32Images: z.boolean(),
    /** Devices that come back with the address of another of their keys are refused. */
    labelKey: z.enum(labelKeys).default('any'),
    /** The firmware of the devices: what their status byte says of the battery. Null where it isn't known. */
    firmware: z.enum(firmwares).nullable().default(null),
    /** Leave out devices whose first key's hashed form has "/" among its first seven characters: some tools name files by it. */
    skipSlashes: z.boolean(),
  })
  .check((context) => {
    const profile = context.value;
    const say = (path: keyof typeof profile, message: string) =>
      context.issues.push({ code: 'custom', path: [path], message, input: profile[path] });
    const fields = profile.columns.map(({ field }) => field);
    const names = profile.columns.map(({ name }) => name.toLowerCase());
    if (profile.format !== 'keyfile' && !fields.includes('advertisementKey'))
      say('columns', 'Keep the advertisement key: without it no device can be made.');
    if (new Set(fields).size < fields.length) say('columns', 'Each field can be one column only.');
    if (new Set(names).size < names.length) say('columns', 'Give each column a name of its own.');
    if (profile.format !== 'keyfile' && fields.includes('serialNumber') && profile.serialPrefix === '')
      say('serialPrefix', 'Give a prefix, so that a returned serial number is told from one of the factory’s own.');
    if (profile.rows === 'device' && fields.includes('keyNumber'))
      say('columns', 'A row of a device has all its keys: leave the number of the key out.');
    if (profile.format === 'keyfile' && profile.esp32Images && profile.keysPerFile > 1)
      say('keysPerFile', 'An ESP32 image holds one key. Use one key a file, or leave the images out.');
  });
export type ExportProfile = z.infer<typeof exportProfileSchema>;

const plainColumns: ExportProfile['columns'] = [
  { field: 'advertisementKey', name: 'advertisement_key' },
  { field: 'hashedAdvertisementKey', name: 'hashed_advertisement_key' },
  { field: 'broadcastAddress', name: 'broadcast_address' },
];
const jsonColumns: ExportProfile['columns'] = plainColumns.map(({ field }) => ({ field, name: field }));

/** Which rows are one device's, where devices have several keys. */
const severalColumns: ExportProfile['columns'] = [
  { field: 'device', name: 'device' },
  { field: 'keyNumber', name: 'key_number' },
];
const severalJsonColumns: ExportProfile['columns'] = severalColumns.map(({ field }) => ({ field, name: field }));

/** The plain form of a format, for exports without a profile. Never change it: exports are repeated from it. */
export const plainProfile = (format: ManufacturerExportFormat, keysPerDevice = 1): ExportProfile => ({
  format,
  columns: [
    ...(format === 'json' ? jsonColumns : plainColumns),
    ...(keysPerDevice === 1 ? [] : format === 'json' ? severalJsonColumns : severalColumns),
  ],
  keyEncoding: 'base64',
  delimiter: 'comma',
  lineEnd: 'crlf',
  byteOrderMark: false,
  rows: 'key',
  serialPrefix: '',
  keysPerFile: 1,
  fileNames: 'address',
  filePrefix: '',
  esp32Images: false,
  labelKey: 'any',
  firmware: null,
  skipSlashes: false,
});

/** A profile as it was stored: one from before a field was there doesn't say it. */
export const wholeProfile = (stored: ExportProfile): ExportProfile => ({
  ...stored,
  rows: stored.rows ?? 'key',
  labelKey: stored.labelKey ?? 'any',
  firmware: stored.firmware ?? null,
});

/** The one of a device's keys whose address its label is to have; with `any`, the one that is expected. */
export const ofLabel = <T>(keys: readonly T[], labelKey: ExportProfile['labelKey']): T =>
  keys.at(labelKey === 'last' ? -1 : 0)!;
