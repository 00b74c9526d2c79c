import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { trimEnds } from '../../../../src-shared/domain/trim-ends.ts';
import { cleanCell, isBlank, shortenedNumber } from './cells.ts';

/** What a cell says, or why it can't be taken. A blank cell says nothing. */
export interface ReadCell {
  value: string | null;
  problem: { code: string; message: string } | null;
}

/** What a factory's software writes when no address was read. */
const noAddresses = ['00:00:00:00:00:00', 'FF:FF:FF:FF:FF:FF'];
const MAX_SERIAL = 100;

const refused = (code: string, message: string): ReadCell => ({ value: null, problem: { code, message } });

const months =
  'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mrz|mär|mai|okt|dez|mars|märz|juni|juli|janv|févr|avr|juin|juil|août|sept|déc|ene|abr|ago|dic';
const dates = [
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z?)?$/,
  /^\d{1,2}[./]\d{1,2}[./](?:\d{2}|\d{4})$/,
  /^\d{1,2}-\d{1,2}-(?:19|20)\d{2}$/,
  new RegExp(`^\\d{1,4}[-. ]{1,2}(?:${months})\\.?(?:[- ]\\d{2,4})?$`, 'i'),
  new RegExp(`^(?:${months})\\.?[- ]\\d{2,4}$`, 'i'),
];
const asText = 'Make the column text in the spreadsheet, before the values are entered, and enter this one again.';

/** What a spreadsheet program has done to a cell, in a sentence that says how to mend it at its source; null: nothing. */
export function damageOf(cell: string): string | null {
  const text = cleanCell(cell);
  if (
    /^#(?:N\/A|NAME\?|REF!|VALUE!|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA|NV|BEZUG!|WERT!|NOM\?|VALEUR!|¡VALOR!|¿NOMBRE\?)$/i.test(
      text,
    )
  )
    return `This is the error ${text} of a formula. Correct the formula, or enter the value itself.`;
  if (/^#{3,}$/.test(text)) return 'The column was too narrow to show the value. Widen it, and export the table again.';
  if (shortenedNumber.test(text)) return `A spreadsheet shortened this number, and digits are lost. ${asText}`;
  if (dates.some((date) => date.test(text))) return `A spreadsheet made a date of this value. ${asText}`;
  // Whatever is beyond 15 digits becomes zeros. An apostrophe or ="…" says that it is text, and so as it should be.
  if (/^\d{15}0+$/.test(trimEnds(cell, isBlank)))
    return `A spreadsheet keeps 15 digits of a number, and this one has zeros after them. ${asText} If it is right, write an apostrophe before it.`;
  return null;
}

const damaged = (cell: string): ReadCell | null => {
  const message = damageOf(cell);
  return message === null ? null : refused('damaged-cell', message);
};

/** The MAC address in a cell. */
export function readMac(cell: string): ReadCell {
  const text = cleanCell(cell);
  if (text === '') return { value: null, problem: null };
  const mac = normaliseMac(text);
  if (mac && noAddresses.includes(mac))
    return refused('malformed-mac', 'No device has this MAC address. Read it off the device again.');
  if (mac) return { value: mac, problem: null };
  if (/^\d{1,11}$/.test(text))
    return refused('damaged-cell', `A MAC address has twelve digits; a spreadsheet leaves zeros out. ${asText}`);
  return damaged(cell) ?? refused('malformed-mac', 'This is not a MAC address: twelve hexadecimal digits.');
}

/** The serial number in a cell. */
export function readSerial(cell: string): ReadCell {
  const text = cleanCell(cell);
  if (text.length > MAX_SERIAL)
    return refused('malformed-serial', `The serial number has more than ${MAX_SERIAL} characters.`);
  if (/\p{Cc}/u.test(text)) return refused('malformed-serial', 'The serial number holds control characters.');
  return damaged(cell) ?? { value: text || null, problem: null };
}
