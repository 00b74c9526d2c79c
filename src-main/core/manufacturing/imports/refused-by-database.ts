import { codeOf } from '../../platform/db/sqlstate.ts';
import { AppError } from '../../platform/errors.ts';
import type { ImportField } from './columns.ts';
import type { Problem } from './run-import.ts';

/** What a unique index of trackers and their keys says about a row. The rules look first; these are for rivals that came in between. */
const taken: Record<string, { field: ImportField | 'key'; code: string; message: string }> = {
  trackers_mac_address_key: {
    field: 'macAddress',
    code: 'mac-in-use',
    message: 'Another tracker already has this MAC address.',
  },
  trackers_serial_number_key: {
    field: 'serialNumber',
    code: 'serial-in-use',
    message: 'Another tracker already has this serial number.',
  },
  device_keys_hashed_advertisement_key_key: {
    field: 'key',
    code: 'key-in-use',
    message: 'Another tracker already has this key.',
  },
};

/** The problem of a row that the database refused, at its column. */
export function refusedByDatabase(
  error: unknown,
  keyField: ImportField,
  problemAt: (field: ImportField, code: string, message: string) => Problem,
): Problem {
  const { constraint } = codeOf(error);
  const known = constraint === null ? undefined : taken[constraint];
  if (known) return problemAt(known.field === 'key' ? keyField : known.field, known.code, known.message);
  const message =
    error instanceof AppError
      ? error.message
      : `The database does not take this row${constraint ? ` (${constraint})` : ''}.`;
  return problemAt(keyField, 'not-stored', message);
}
