/** Reads `length` bytes from hexadecimal (with or without 0x, colons or spaces), base64 or base64url; null for anything else. */
export function decodeBytes(text: string, length: number): Buffer | null {
  const hex = text.replace(/^0x/i, '').replace(/[:\s-]/g, '');
  if (hex.length === length * 2 && /^[0-9a-f]+$/i.test(hex)) return Buffer.from(hex, 'hex');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== length) return null;
  // Bits that no byte uses must be zero, or two texts would stand for one key.
  const canonical = bytes.toString('base64').replaceAll('=', '');
  return canonical === text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '') ? bytes : null;
}
