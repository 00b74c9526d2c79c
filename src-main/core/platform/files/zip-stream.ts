import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/** A file of an archive: its text comes piece by piece. */
export interface ZipEntry {
  name: string;
  text: AsyncIterable<string> | Iterable<string>;
}

interface Done {
  name: Buffer;
  offset: number;
  crc: number;
  packed: number;
  plain: number;
}

// PKWARE APPNOTE 6.3.10: sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12 (central directory), 4.3.16 (end).
const STREAMED = 0x0808; // Sizes follow the data; names are UTF-8.
const DEFLATED = 8;
const VERSION = 20;
/** 1 January 1980, the first day that the format knows: archives of the same content are the same. */
const DATE = 0x21;

/** A ZIP archive as a stream: needs no more memory than a piece of a file. Entries are asked for as they are written. */
export async function* zipStream(
  entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const written: Done[] = [];
  let offset = 0;
  for await (const { name, text } of entries) {
    const entry: Done = { name: Buffer.from(name), offset, crc: 0, packed: 0, plain: 0 };
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(VERSION, 4);
    header.writeUInt16LE(STREAMED, 6);
    header.writeUInt16LE(DEFLATED, 8);
    header.writeUInt16LE(DATE, 12);
    header.writeUInt16LE(entry.name.length, 26);
    yield Buffer.concat([header, entry.name]);
    const deflate = Readable.from(counted(text, entry)).pipe(createDeflateRaw());
    for await (const piece of deflate) {
      entry.packed += (piece as Buffer).length;
      yield piece as Buffer;
    }
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    writeSizes(descriptor, 4, entry);
    yield descriptor;
    offset += header.length + entry.name.length + entry.packed + descriptor.length;
    written.push(entry);
  }
  const start = offset;
  for (const entry of written) {
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(VERSION, 4);
    record.writeUInt16LE(VERSION, 6);
    record.writeUInt16LE(STREAMED, 8);
    record.writeUInt16LE(DEFLATED, 10);
    record.writeUInt16LE(DATE, 14);
    writeSizes(record, 16, entry);
    record.writeUInt16LE(entry.name.length, 28);
    record.writeUInt32LE(entry.offset, 42);
    yield Buffer.concat([record, entry.name]);
    offset += record.length + entry.name.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(written.length, 8);
  end.writeUInt16LE(written.length, 10);
  end.writeUInt32LE(offset - start, 12);
  end.writeUInt32LE(start, 16);
  yield end;
}

function writeSizes(target: Buffer, at: number, { crc, packed, plain }: Done): void {
  target.writeUInt32LE(crc, at);
  target.writeUInt32LE(packed, at + 4);
  target.writeUInt32LE(plain, at + 8);
}

async function* counted(text: ZipEntry['text'], entry: Done) {
  for await (const piece of text) {
    const bytes = Buffer.from(piece);
    entry.crc = crc32(bytes, entry.crc);
    entry.plain += bytes.length;
    yield bytes;
  }
}
