import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedZip, ZipRefused } from './checked-zip.ts';
import { zipStream } from './zip-stream.ts';

const zipOf = async (files: readonly (readonly [string, string])[]) => {
  const pieces: Uint8Array[] = [];
  for await (const piece of zipStream(files.map(([name, text]) => ({ name, text: [text] })))) pieces.push(piece);
  return Buffer.concat(pieces);
};
const MAX = 100_000;
const all = { maxUnpacked: MAX, wants: () => true };
const refusal = (bytes: Buffer, options: Parameters<typeof checkedZip>[1] = all) => {
  try {
    return checkedZip(bytes, options).names;
  } catch (error) {
    return error instanceof ZipRefused ? error.why : error;
  }
};
/** The text of each file, by the local headers alone: another way than the directory. */
function textsOf(archive: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; archive.readUInt32LE(at) === 0x04034b50; ) {
    const from = at + 30 + archive.readUInt16LE(at + 26);
    at = from + archive.readUInt32LE(at + 18);
    texts.push(inflateRawSync(archive.subarray(from, at)).toString());
  }
  return texts;
}
/** A ZIP64 record and locator before the end of an archive, which point to a directory. */
function withZip64(archive: Buffer, count: number, directoryAt: number): Buffer {
  const end = archive.length - 22;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  for (const at of [24, 32]) record.writeBigUInt64LE(BigInt(count), at);
  record.writeBigUInt64LE(BigInt(directoryAt), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(end), 8);
  return Buffer.concat([archive.subarray(0, end), record, locator, archive.subarray(end)]);
}
const directoryOf = (archive: Buffer) => archive.readUInt32LE(archive.length - 22 + 16);

describe('archives of strangers', () => {
  it('come out with the same files, and only those that are wanted', async () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const files = fc.uniqueArray(fc.tuple(name, fc.string({ maxLength: 200 })), {
      selector: ([name]) => name,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const wants = (name: string) => name < 'm';
        const kept = given.filter(([name]) => wants(name));
        const { names, archive } = checkedZip(await zipOf(given), { maxUnpacked: MAX, wants });
        expect(names).toEqual(given.map(([name]) => name));
        expect(textsOf(archive)).toEqual(kept.map(([, text]) => text));
        expect(checkedZip(archive, all).archive.equals(archive)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('are counted by what they really hold, all of them together, and only what is wanted', async () => {
    const half = 'x'.repeat(MAX / 2);
    const archive = await zipOf([
      ['a', half],
      ['b', half],
      ['c', 'y'],
    ]);
    expect(refusal(archive)).toBe('too-large');
    expect(refusal(archive, { ...all, wants: (name) => name !== 'c' })).toEqual(['a', 'b', 'c']);
    // Sizes that the directory claims, smaller or larger, are not believed.
    for (const claimed of [1, 0xfffffff0]) {
      const liar = Buffer.from(archive);
      liar.writeUInt32LE(claimed, directoryOf(liar) + 24);
      expect(refusal(liar)).toBe('too-large');
    }
  });

  it('may have a ZIP64 directory, but not a second one that only some readers see', async () => {
    const plain = await zipOf([['a', 'x']]);
    expect(refusal(withZip64(plain, 1, directoryOf(plain)))).toEqual(['a']);
    // Where the plain record says nothing, the other counts.
    const silent = withZip64(plain, 1, directoryOf(plain));
    silent.writeUInt16LE(0xffff, silent.length - 22 + 10);
    silent.writeUInt32LE(0xffffffff, silent.length - 22 + 16);
    expect(refusal(silent)).toEqual(['a']);

    const hidden = await zipOf([
      ['a', 'x'],
      ['b', 'y'.repeat(2 * MAX)],
    ]);
    const both = Buffer.from(hidden);
    both.writeUInt16LE(1, both.length - 22 + 10);
    expect(refusal(both)).toEqual(['a']);
    expect(refusal(withZip64(both, 2, directoryOf(both)))).toBe('damaged');
    const elsewhere = Buffer.from(hidden);
    elsewhere.writeUInt32LE(directoryOf(hidden) + 46 + 1, elsewhere.length - 22 + 16);
    expect(refusal(withZip64(elsewhere, 2, directoryOf(hidden)))).toBe('damaged');
  });

  it('that are cut off, changed anywhere, or hold a name twice are refused or read, and nothing else', async () => {
    const archive = await zipOf([
      ['first', 'x'.repeat(50)],
      ['second', 'y'.repeat(50)],
    ]);
    for (let length = 0; length < archive.length; length++)
      expect(refusal(archive.subarray(0, length))).toBe('damaged');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 4 }), (changes) => {
        const changed = Buffer.from(archive);
        for (const [at, byte] of changes) changed[at] = byte;
        const result = refusal(changed);
        expect(['damaged', 'too-large'].includes(result as string) || Array.isArray(result)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(
      refusal(
        await zipOf([
          ['a', 'x'],
          ['a', 'y'],
        ]),
      ),
    ).toBe('damaged');
  });
});
