import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { shortenedNumber } from './cells.ts';

/** What a cell says, or why it can't be taken. A blank cell says nothing. */
export interface ReadCell {
  value: string | null;
  problem: { code: string; message: string } | null;
}

/** What a factory's software writes when no address was read. */
const noAddresses = ['00:00:00:00:00:00', 'FF:FF:FF:FF:FF:FF'];
const MAX_SERIAL = 100;

const refused = (code: string, message: string): ReadCell => ({ value: null, problem: { code, message } });

/** The MAC address in a cell. @param text as `cleanCell` leaves it */
export function readMac(text: string): ReadCell {
  if (text === '') return { value: null, problem: null };
  const mac = normaliseMac(text);
  if (!mac) return refused('malformed-mac', 'This is not a MAC address: twelve hexadecimal digits.');
  if (noAddresses.includes(mac))
    return refused('malformed-mac', 'No device has this MAC address. Read it off the device again.');
  return { value: mac, problem: null };
}

/** The serial number in a cell. @param text as `cleanCell` leaves it */
export function readSerial(text: string): ReadCell {
  if (text.length > MAX_SERIAL)
    return refused('malformed-serial', `The serial number has more than ${MAX_SERIAL} characters.`);
  if (/\p{Cc}/u.test(text)) return refused('malformed-serial', 'The serial number holds control characters.');
  if (shortenedNumber.test(text))
    return refused(
      'malformed-serial',
      'A spreadsheet shortened this number. Make the column text, and enter it again.',
    );
  return { value: text || null, problem: null };
}
