/** Seconds from the Unix epoch to 2001-01-01T00:00:00Z, where the time of a report begins. */
const APPLE_EPOCH_SECONDS = 978_307_200;
/** An uncompressed point of P-224: 04 X Y. */
export const POINT_BYTES = 57;
export const CIPHERTEXT_BYTES = 10;
export const TAG_BYTES = 16;

/** The two lengths of a payload. Newer phones send the longer one, with one more byte at index 4. */
export const PAYLOAD_LENGTHS = [88, 89] as const;
export type PayloadLength = (typeof PAYLOAD_LENGTHS)[number];

/** What can be read of a payload without decrypting it. */
export interface PayloadHead {
  /** Milliseconds since the Unix epoch. */
  timestampMs: number;
  confidence: number;
  /** Where point, ciphertext and tag begin. They take the rest of the payload, SEALED_BYTES in all. */
  sealedAt: number;
  length: PayloadLength;
}

/** Point, ciphertext and tag. */
export const SEALED_BYTES = POINT_BYTES + CIPHERTEXT_BYTES + TAG_BYTES;

/** The head of a payload; null when it has neither of the two lengths. */
export function parseHead(bytes: Uint8Array): PayloadHead | null {
  const length = bytes.length;
  if (length !== PAYLOAD_LENGTHS[0] && length !== PAYLOAD_LENGTHS[1]) return null;
  const seconds = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  const sealedAt = length - SEALED_BYTES;
  return { timestampMs: (seconds + APPLE_EPOCH_SECONDS) * 1000, confidence: bytes[sealedAt - 1]!, sealedAt, length };
}

export interface PayloadFields {
  /** Milliseconds since the Unix epoch, cut to whole seconds. Not authenticated; nor is `confidence`. */
  timestampMs: number;
  confidence: number;
  /** 57 bytes */
  ephemeralPoint: Uint8Array;
  /** 10 bytes */
  ciphertext: Uint8Array;
  /** 16 bytes */
  tag: Uint8Array;
  length: PayloadLength;
}

/** The payload of a location report, as a finder's phone uploads it. */
export function buildPayload(fields: PayloadFields): Uint8Array {
  const bytes = new Uint8Array(fields.length);
  const extra = fields.length - PAYLOAD_LENGTHS[0];
  new DataView(bytes.buffer).setUint32(0, Math.floor(fields.timestampMs / 1000) - APPLE_EPOCH_SECONDS);
  bytes[4 + extra] = fields.confidence;
  bytes.set(fields.ephemeralPoint, 5 + extra);
  bytes.set(fields.ciphertext, 5 + extra + POINT_BYTES);
  bytes.set(fields.tag, 5 + extra + POINT_BYTES + CIPHERTEXT_BYTES);
  return bytes;
}
