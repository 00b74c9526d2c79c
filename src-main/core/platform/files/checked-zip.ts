import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** A file within a ZIP archive, still packed. `size` is what it unpacked to when it was tried. */
interface Entry {
  name: Buffer;
  method: number;
  crc: number;
  packed: Buffer;
  size: number;
}

/** Why an archive is not read: `damaged`, also where two readers could see different things in it, or `too-large`. */
export class ZipRefused extends Error {
  readonly why: 'damaged' | 'too-large';
  constructor(why: ZipRefused['why']) {
    super(`the archive is ${why}`);
    this.why = why;
  }
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCATOR64 = 0x07064b50;
const END64 = 0x06064b50;
const END_BYTES = 22;
const LOCATOR64_BYTES = 20;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 0xffff;
const MAX_ENTRIES = 10_000;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;
const [MAX16, MAX32] = [0xffff, 0xffffffff];

/**
 * Reads an archive as PKWARE's APPNOTE says (4.3.12 to 4.3.16, 4.5.3), with ZIP64, unpacks each wanted file once to count
 * what it really holds, and writes the archive anew with those files and true sizes only: whatever reads it next, however
 * it finds its way, can't meet anything else. `edit` may change what a file holds; what it gives back as it was stays.
 * `textOf` unpacks one of them, null where it is not there. Throws ZipRefused.
 */
export function checkedZip(
  bytes: Buffer,
  options: {
    maxUnpacked: number;
    wants: (name: string) => boolean;
    edit?: (name: string, content: Buffer) => Buffer;
  },
): { names: string[]; archive: Buffer; textOf: (name: string) => string | null } {
  try {
    const entries = entriesOf(bytes);
    const names = entries.map(({ name }) => name.toString('utf8'));
    let left = options.maxUnpacked;
    const seen = new Set<string>();
    const wanted = entries.flatMap((entry, i): Entry[] => {
      const name = names[i]!;
      if (!options.wants(name)) return [];
      if (seen.has(name)) throw new ZipRefused('damaged');
      seen.add(name);
      const content = unpacked(entry, left);
      left -= content.length;
      const edited = options.edit?.(name, content) ?? content;
      return [edited === content ? { ...entry, size: content.length } : packedAnew(entry.name, edited)];
    });
    const textOf = (name: string) => {
      const found = wanted.find((entry) => entry.name.toString('utf8') === name);
      if (!found) return null;
      return (found.method === STORED ? found.packed : inflateRawSync(found.packed)).toString('utf8');
    };
    return { names, archive: Buffer.concat(written(wanted)), textOf };
  } catch (error) {
    // Offsets beyond the end.
    throw error instanceof RangeError ? new ZipRefused('damaged') : error;
  }
}

function entriesOf(bytes: Buffer): Omit<Entry, 'size'>[] {
  let { count, at } = directoryOf(bytes);
  const entries: Omit<Entry, 'size'>[] = [];
  for (; count > 0; count--) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw new ZipRefused('damaged');
    const nameBytes = bytes.readUInt16LE(at + 28);
    const extraBytes = bytes.readUInt16LE(at + 30);
    const extraAt = at + CENTRAL_BYTES + nameBytes;
    const [, packedBytes, localAt] = sizes64(bytes.subarray(extraAt, extraAt + extraBytes), [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ]);
    const method = bytes.readUInt16LE(at + 10);
    const isEncrypted = (bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0;
    if (isEncrypted || (method !== STORED && method !== DEFLATED)) throw new ZipRefused('damaged');
    if (bytes.readUInt32LE(localAt) !== LOCAL) throw new ZipRefused('damaged');
    const from = localAt + LOCAL_BYTES + bytes.readUInt16LE(localAt + 26) + bytes.readUInt16LE(localAt + 28);
    if (from + packedBytes > bytes.length) throw new ZipRefused('damaged');
    entries.push({
      name: bytes.subarray(at + CENTRAL_BYTES, extraAt),
      method,
      crc: bytes.readUInt32LE(at + 16),
      packed: bytes.subarray(from, from + packedBytes),
    });
    at = extraAt + extraBytes + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Where the directory is. A ZIP64 record must say the same as the plain one, wherever that says anything. */
function directoryOf(bytes: Buffer): { count: number; at: number } {
  let end = bytes.length - END_BYTES;
  const first = Math.max(0, end - MAX_COMMENT);
  while (end >= first && bytes.readUInt32LE(end) !== END) end--;
  if (end < first) throw new ZipRefused('damaged');
  let count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const locator = end - LOCATOR64_BYTES;
  if (locator >= 0 && bytes.readUInt32LE(locator) === LOCATOR64) {
    const end64 = exact(bytes.readBigUInt64LE(locator + 8));
    if (bytes.readUInt32LE(end64) !== END64) throw new ZipRefused('damaged');
    const count64 = exact(bytes.readBigUInt64LE(end64 + 32));
    const at64 = exact(bytes.readBigUInt64LE(end64 + 48));
    if ((count !== MAX16 && count !== count64) || (at !== MAX32 && at !== at64)) throw new ZipRefused('damaged');
    [count, at] = [count64, at64];
  }
  if (count > MAX_ENTRIES) throw new ZipRefused('too-large');
  return { count, at };
}

/** The values that don't fit 32 bits stand in an extra field, in this order. */
function sizes64(extra: Buffer, values: [number, number, number]): [number, number, number] {
  if (!values.includes(MAX32)) return values;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    return values.map((value) => {
      if (value !== MAX32) return value;
      field += 8;
      return exact(extra.readBigUInt64LE(field - 8));
    }) as [number, number, number];
  }
  throw new ZipRefused('damaged');
}

function exact(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipRefused('damaged');
  return Number(value);
}

/** What a file really unpacks to, whatever the archive says. */
function unpacked({ method, packed }: Pick<Entry, 'method' | 'packed'>, most: number): Buffer {
  const content = method === STORED ? packed : inflated(packed, most);
  if (content.length > most) throw new ZipRefused('too-large');
  return content;
}

function inflated(packed: Buffer, most: number): Buffer {
  try {
    // Nothing is no length that zlib takes.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new ZipRefused(isTooLarge ? 'too-large' : 'damaged');
  }
}

function packedAnew(name: Buffer, content: Buffer): Entry {
  const packed = deflateRawSync(content, { level: 1 });
  return { name, method: DEFLATED, crc: crc32(content), packed, size: content.length };
}

function written(entries: readonly Entry[]): Buffer[] {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, method, crc, packed, size } of entries) {
    const central = Buffer.alloc(CENTRAL_BYTES);
    central.writeUInt32LE(CENTRAL, 0);
    // Version 2.0; names in UTF-8.
    for (const offset of [4, 6]) central.writeUInt16LE(20, offset);
    central.writeUInt16LE(0x0800, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(at, 42);
    directory.push(central, name);
    // From the version to the lengths, the local header is the same.
    const local = Buffer.alloc(LOCAL_BYTES);
    local.writeUInt32LE(LOCAL, 0);
    central.copy(local, 4, 6, 30);
    parts.push(local, name, packed);
    at += local.length + name.length + packed.length;
  }
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  for (const offset of [8, 10]) end.writeUInt16LE(entries.length, offset);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  );
  end.writeUInt32LE(at, 16);
  return [...parts, ...directory, end];
}
