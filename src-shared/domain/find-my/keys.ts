import { formatMac } from '../mac-address.ts';

/** Device keys of one tracker (docs/find-my.md): as many as the largest generator makes. */
export const MAX_KEYS_PER_DEVICE = 250;

/** Length of a private key and of an advertisement key (an X coordinate of P-224), leading zeros included. */
export const KEY_BYTES = 28;
/** SHA-256 of an advertisement key. */
export const HASHED_KEY_BYTES = 32;

/**
 * The Bluetooth address that a firmware broadcasts an advertisement key under: the key's first six bytes, with the two
 * top bits set as in any static random address (OpenHaystack firmware, `setAddrFromKey`).
 *
 * @param advertisementKey 28 bytes
 * @returns `AA:BB:CC:DD:EE:FF`
 */
export function bluetoothAddressOf(advertisementKey: Uint8Array): string {
  if (advertisementKey.length !== KEY_BYTES) {
    throw new RangeError(`an advertisement key has ${KEY_BYTES} bytes, not ${advertisementKey.length}`);
  }
  // A copy: `slice` of a Buffer is a view, and the key must stay as it is.
  const address = Uint8Array.from(advertisementKey.subarray(0, 6));
  address[0] = address[0]! | 0b1100_0000;
  return formatMac(address);
}
