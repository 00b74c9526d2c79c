import { hash } from 'node:crypto';

/** SHA-256 of an advertisement key: 32 bytes. */
export function hashAdvertisementKey(advertisementKey: Uint8Array): Uint8Array {
  return hash('sha256', advertisementKey, 'buffer');
}

/** The identifier that reports are fetched by: base64(SHA-256(advertisement key)), 44 characters. */
export function hashedAdvertisementKey(advertisementKey: Uint8Array): string {
  return hash('sha256', advertisementKey, 'base64');
}
