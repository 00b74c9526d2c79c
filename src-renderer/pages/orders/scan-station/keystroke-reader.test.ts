import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { codeOf, createKeystrokeReader, type KeyPress, type ReaderAnswer } from './keystroke-reader.ts';

const press = (key: string, at: number, extra: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  shift: false,
  modified: false,
  at,
  ...extra,
});
/** Types a text with a fixed gap and returns the answer to the closing key. */
function type(text: string, gap: number, end = 'Enter', start = 0): ReaderAnswer {
  const reader = createKeystrokeReader();
  return typeInto(reader, text, gap, end, start);
}
function typeInto(reader: ReturnType<typeof createKeystrokeReader>, text: string, gap: number, end: string, start = 0) {
  [...text].forEach((key, i) => {
    reader.press(press(key, start + i * gap));
  });
  return reader.press(press(end, start + text.length * gap));
}

describe('keystroke reader', () => {
  it('reads a burst that Enter or Tab ends, and keeps the key from whatever has the focus', () => {
    for (const end of ['Enter', 'Tab']) {
      expect(type('AA:BB:CC:DD:EE:FF', 5, end)).toEqual({
        kind: 'scan',
        consume: true,
        reading: { text: 'AA:BB:CC:DD:EE:FF', usText: 'AA:BB:CC:DD:EE:FF', fast: true },
      });
    }
  });

  it('forgets what came before a pause', () => {
    const reader = createKeystrokeReader();
    for (const [i, key] of [...'half'].entries()) reader.press(press(key, i * 10));
    expect(typeInto(reader, 'AABBCCDDEEFF', 5, 'Enter', 1_000).reading?.text).toBe('AABBCCDDEEFF');
  });

  it('leaves Enter and Tab alone when nothing was scanned', () => {
    expect(type('', 5)).toMatchObject({ kind: 'ignored', consume: false });
    expect(type('ab', 5, 'Tab')).toMatchObject({ kind: 'ignored', consume: false });
    const reader = createKeystrokeReader();
    for (const [i, key] of [...'AABBCCDDEEFF'].entries()) reader.press(press(key, i * 5));
    expect(reader.press(press('Enter', 5_000))).toMatchObject({ kind: 'ignored' });
  });

  it('knows a typist from a scanner', () => {
    expect(type('AABBCCDDEEFF', 140).reading?.fast).toBe(false);
    expect(type('AABBCCDDEEFF', 30).reading?.fast).toBe(true);
  });

  it('keeps the separator of GS1 data, which scanners send as Ctrl and ]', () => {
    const reader = createKeystrokeReader();
    const ctrl = { code: 'BracketRight', modified: true };
    expect(reader.press(press(']', 0, ctrl)).kind).toBe('ignored');
    for (const [i, key] of [...']C110L1'].entries()) reader.press(press(key, i));
    expect(reader.press(press(']', 8, ctrl))).toMatchObject({ kind: 'kept', consume: true });
    const { reading } = typeInto(reader, '21C484AC57B9CF', 1, 'Enter', 9);
    expect(reading?.text).toBe(']C110L1\u001d21C484AC57B9CF');
    expect(normaliseMac(reading!.text)).toBe('C4:84:AC:57:B9:CF');
  });

  it('does not take modifier keys for characters, and keeps spaces inside a burst from pressing buttons', () => {
    const reader = createKeystrokeReader();
    expect(reader.press(press('Shift', 0)).kind).toBe('ignored');
    expect(reader.press(press(' ', 1)).consume).toBe(false);
    expect(reader.press(press('A', 2)).kind).toBe('kept');
    expect(reader.press(press(' ', 3)).consume).toBe(true);
    expect(reader.press(press('z', 4, { modified: true })).kind).toBe('ignored');
  });

  it('takes Ctrl-J right after a burst as the scanner’s line feed', () => {
    const reader = createKeystrokeReader();
    for (const [i, key] of [...'AABBCCDDEEFF'].entries()) reader.press(press(key, i * 5));
    expect(reader.press(press('j', 62, { modified: true })).kind).toBe('scan');
    expect(reader.press(press('j', 70, { modified: true })).kind).toBe('ignored');
  });

  it('reads a scanner that types US keys into a German or French layout', () => {
    const german = createKeystrokeReader();
    let at = 0;
    for (const key of 'AAÖBBÖCCÖDDÖEEÖFF')
      german.press(press(key, at++, { code: key === 'Ö' ? 'Semicolon' : `Key${key}`, shift: true }));
    const reading = german.press(press('Enter', at)).reading!;
    expect(normaliseMac(codeOf(reading, normaliseMac))).toBe('AA:BB:CC:DD:EE:FF');

    const french = createKeystrokeReader();
    for (const [key, code] of [
      ['&', 'Digit1'],
      ['é', 'Digit2'],
      ['q', 'KeyA'],
      ['b', 'KeyB'],
      ['c', 'KeyC'],
      ['d', 'KeyD'],
    ] as const)
      for (let twice = 0; twice < 2; twice++) french.press(press(key, at++, { code }));
    const other = french.press(press('Enter', at)).reading!;
    expect(codeOf(other, normaliseMac)).toBe('1122aabbccdd');
  });

  it('shows a code that is no MAC as it was typed', () => {
    const reading = { text: 'straße', usText: 'stra-e', fast: true };
    expect(codeOf(reading, normaliseMac)).toBe('straße');
  });

  it('gives back exactly what was scanned, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 60 }), fc.integer({ min: 0, max: 60 }), (text, gap) => {
        const answer = type(text, gap);
        return answer.reading?.text === text && answer.reading.fast;
      }),
    );
  });
});
