/**
 * Serial numbers that the console gives to keys before devices are made from them: a prefix, the tracker's id in at
 * least eight digits, and two check digits (ISO 7064 MOD 97-10, as in an IBAN), which catch any wrong digit or swapped
 * pair.
 */
const MODULUS = 97;
const MIN_DIGITS = 8;
/** Ids stay below 2^53; this many digits keep the arithmetic exact. */
const MAX_DIGITS = 13;

const checkDigits = (digits: string) => String(MODULUS + 1 - ((Number(digits) * 100) % MODULUS)).padStart(2, '0');

/** @param trackerId a positive integer below 10^13 */
export function serialNumberOf(prefix: string, trackerId: number): string {
  const digits = String(trackerId).padStart(MIN_DIGITS, '0');
  if (!Number.isSafeInteger(trackerId) || trackerId < 1 || digits.length > MAX_DIGITS)
    throw new RangeError('the id of a tracker must be a positive integer of at most 13 digits');
  return prefix + digits + checkDigits(digits);
}

/** Every prefix and tracker's id that a text may be the serial number of: a prefix may end in digits itself. */
export function readSerial(text: string): { prefix: string; trackerId: number }[] {
  const splits = Array.from({ length: MAX_DIGITS + 2 }, (_, i) => text.length - 1 - i).filter((at) => at > 0);
  return splits.flatMap((at) => {
    const prefix = text.slice(0, at);
    const trackerId = trackerIdOfSerial(prefix, text);
    return trackerId === null ? [] : [{ prefix, trackerId }];
  });
}

/** The tracker's id in a serial number with this prefix; null for any other text, or when a check digit is wrong. */
export function trackerIdOfSerial(prefix: string, serial: string): number | null {
  if (!serial.toUpperCase().startsWith(prefix.toUpperCase())) return null;
  const rest = serial.slice(prefix.length);
  if (!/^\d+$/.test(rest) || rest.length < MIN_DIGITS + 2 || rest.length > MAX_DIGITS + 2) return null;
  const id = Number(rest.slice(0, -2));
  return id >= 1 && serialNumberOf('', id) === rest ? id : null;
}
