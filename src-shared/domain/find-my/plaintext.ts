export const PLAINTEXT_BYTES = 10;
/** Coordinates travel as whole multiples of 1e-7 degrees. */
const SCALE = 1e7;

/** What a finder's phone reports. */
export interface ReportedPosition {
  /** WGS 84 degrees */
  latitude: number;
  longitude: number;
  /** Metres; one byte, so at most 255. */
  horizontalAccuracyM: number;
  /** The status byte of the tracker's advertisement; see `battery.ts`. */
  statusByte: number;
}

export interface DecodedPosition extends ReportedPosition {
  /** An empty report (0/0, whatever its accuracy), or coordinates that don't exist. */
  invalidPosition: boolean;
}

/** Decodes the 10 bytes of a decrypted report; both coordinates are signed. */
export function decodePlaintext(bytes: Uint8Array): DecodedPosition {
  if (bytes.length !== PLAINTEXT_BYTES) throw new RangeError(`a decrypted report has ${PLAINTEXT_BYTES} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, PLAINTEXT_BYTES);
  const latitude = view.getInt32(0) / SCALE;
  const longitude = view.getInt32(4) / SCALE;
  const horizontalAccuracyM = bytes[8]!;
  const empty = latitude === 0 && longitude === 0;
  const outside = Math.abs(latitude) > 90 || Math.abs(longitude) > 180;
  return { latitude, longitude, horizontalAccuracyM, statusByte: bytes[9]!, invalidPosition: empty || outside };
}

/** The inverse of `decodePlaintext`, as a finder's phone writes it. Coordinates are rounded to 1e-7 degrees. */
export function encodePlaintext(position: ReportedPosition): Uint8Array {
  const bytes = new Uint8Array(PLAINTEXT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, Math.round(position.latitude * SCALE));
  view.setInt32(4, Math.round(position.longitude * SCALE));
  bytes[8] = Math.min(255, Math.max(0, Math.round(position.horizontalAccuracyM)));
  bytes[9] = position.statusByte;
  return bytes;
}
