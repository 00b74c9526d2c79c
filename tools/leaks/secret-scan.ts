/** Something that must be found nowhere. */
export interface Secret {
  name: string;
  bytes: Uint8Array;
}

export interface Finding {
  secret: string;
  form: string;
  where: string;
}

/** How much of a key is looked for: enough to be no accident, little enough to catch one that was cut. */
const RAW_BYTES = 16;
/** A multiple of three, so that its base64 does not depend on what follows. */
const BASE64_BYTES = 18;

/** The ways in which a key could have been written. */
function formsOf({ bytes }: Secret): [form: string, pattern: Buffer][] {
  const raw = Buffer.from(bytes);
  const hex = raw.subarray(0, RAW_BYTES).toString('hex');
  const forms: [string, Buffer | string][] = [
    ['raw', raw.subarray(0, RAW_BYTES)],
    ['hexadecimal', hex],
    ['hexadecimal in capitals', hex.toUpperCase()],
    ['decimal', BigInt(`0x${raw.toString('hex')}`).toString()],
    ['a list of bytes', [...raw.subarray(0, RAW_BYTES)].join(',')],
  ];
  // Where it begins within something longer, base64 has three ways to write it.
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), raw.subarray(0, BASE64_BYTES)]).toString('base64');
    // Characters that other bytes have a share in say nothing.
    const own = text.slice(before === 0 ? 0 : before + 1, 4 * Math.floor((before + BASE64_BYTES) / 3));
    forms.push(['base64', own], ['base64url', own.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  return forms.map(([form, pattern]) => [form, Buffer.from(pattern)]);
}

const START_BYTES = 4;

/**
 * Looks for many secrets in many places at once: one pass over each place, whatever the number of secrets. Texts, such
 * as a passphrase, are looked for as they stand, too.
 */
export function secretScanner(secrets: readonly Secret[]): (where: string, content: Uint8Array | string) => Finding[] {
  const byStart = new Map<number, { secret: string; form: string; pattern: Buffer }[]>();
  const begins = new Uint8Array(65_536);
  for (const secret of secrets) {
    for (const [form, pattern] of formsOf(secret)) {
      const start = pattern.readUInt32BE(0);
      begins[start >>> 16] = 1;
      byStart.set(start, [...(byStart.get(start) ?? []), { secret: secret.name, form, pattern }]);
    }
  }
  return (where, content) => {
    const bytes = Buffer.from(content);
    const found = new Map<string, Finding>();
    for (let at = 0; at + START_BYTES <= bytes.length; at++) {
      if (begins[(bytes[at]! << 8) | bytes[at + 1]!] === 0) continue;
      for (const { secret, form, pattern } of byStart.get(bytes.readUInt32BE(at)) ?? []) {
        if (bytes.subarray(at, at + pattern.length).equals(pattern))
          found.set(`${secret} ${form}`, { secret, form, where });
      }
    }
    return [...found.values()];
  };
}
