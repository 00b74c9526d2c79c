/** Seconds from the Unix epoch to 2001-01-01T00:00:00Z, from which a report counts its time. */
export const APPLE_EPOCH_SECONDS = 978_307_200;
/** An uncompressed point of P-224: 04 X Y. */
export const POINT_BYTES = 57;
export const CIPHERTEXT_BYTES = 10;
export const TAG_BYTES = 16;

/** The two lengths of a payload. The longer one, of newer phones, carries one more byte at index 4. */
export const PAYLOAD_LENGTHS = [88, 89] as const;
export type PayloadLength = (typeof PAYLOAD_LENGTHS)[number];

export interface ParsedPayload {
  ok: true;
  /** Milliseconds since the Unix epoch. Outside of the authenticated part, like `confidence`. */
  timestampMs: number;
  confidence: number;
  /** 57 bytes, not yet checked to be on the curve. */
  ephemeralPoint: Uint8Array;
  /** 10 bytes */
  ciphertext: Uint8Array;
  /** 16 bytes */
  tag: Uint8Array;
  length: PayloadLength;
}

/** Splits the payload of a location report into its fields; the arrays are views of `bytes`. */
export function parsePayload(bytes: Uint8Array): ParsedPayload | { ok: false; reason: 'bad-length' } {
  const length = PAYLOAD_LENGTHS.find((known) => known === bytes.length);
  if (length === undefined) return { ok: false, reason: 'bad-length' };
  const extra = length - PAYLOAD_LENGTHS[0];
  const seconds = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  const point = 5 + extra;
  const ciphertext = point + POINT_BYTES;
  const tag = ciphertext + CIPHERTEXT_BYTES;
  return {
    ok: true,
    timestampMs: (seconds + APPLE_EPOCH_SECONDS) * 1000,
    confidence: bytes[4 + extra]!,
    ephemeralPoint: bytes.subarray(point, ciphertext),
    ciphertext: bytes.subarray(ciphertext, tag),
    tag: bytes.subarray(tag, tag + TAG_BYTES),
    length,
  };
}

export interface PayloadFields {
  timestampMs: number;
  confidence: number;
  ephemeralPoint: Uint8Array;
  ciphertext: Uint8Array;
  tag: Uint8Array;
  length: PayloadLength;
}

/** The inverse of `parsePayload`; times are cut to whole seconds. */
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
