import { AppError } from '../../platform/errors.ts';
import { fieldNamed } from './columns.ts';

/** Names of a column or a property of private keys, as `columns.ts` knows them. */
const PRIVATE_KEY =
  /(?:private|priv|secret)[\s_-]*key|(?:privater|geheimer)[\s_-]*schl|cl[eé][\s_-]*priv|clave[\s_-]*privada|私[钥鑰]/i;
const HEAD_BYTES = 4096;

const refused = () =>
  new AppError(
    'bad-request',
    'This file has a column of private keys, which this import does not accept: a factory must never have them. Nothing was stored. Devices that exist elsewhere are imported under Trackers; there the file is kept encrypted.',
  );

/**
 * Refuses a file with private keys by its first bytes, before anything of it is stored. Text in any encoding, since its
 * letters are the same bytes apart from zeros; a workbook, which is compressed, is judged by `refusePrivateKeyColumn`.
 */
export function refusePrivateKeys(content: Uint8Array): void {
  const head = Buffer.from(content.subarray(0, HEAD_BYTES));
  const texts = [head.toString('latin1').replaceAll('\0', ''), head.toString('utf8'), head.toString('utf16le')];
  if (texts.some((text) => PRIVATE_KEY.test(text))) throw refused();
}

/** The same by the header, for files that can be read only once they are complete. AppError `bad-request`. */
export function refusePrivateKeyColumn(header: readonly string[]): void {
  if (header.some((name) => PRIVATE_KEY.test(name) || fieldNamed(name) === 'privateKey')) throw refused();
}
