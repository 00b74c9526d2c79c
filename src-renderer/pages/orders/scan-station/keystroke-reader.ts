/** What of a keydown event the reader looks at. `at` is in milliseconds of any clock that doesn't jump. */
export interface KeyPress {
  key: string;
  code: string;
  shift: boolean;
  /** Ctrl, Alt or Meta held, AltGraph not counted. */
  modified: boolean;
  at: number;
  /** The shortest code, where not that of a device; then only at a scanner's speed. */
  shortest?: number | undefined;
}

/** One scan: what the keyboard layout made of it, and what a US layout, which scanners type in, would have. */
export interface Reading {
  text: string;
  usText: string;
  /** Every key came faster than a person types. */
  fast: boolean;
}

export interface ReaderAnswer {
  /** `ignored`: none of the reader's business; `kept`: part of a burst; `scan`: the burst has ended. */
  kind: 'ignored' | 'kept' | 'scan';
  reading: Reading | null;
  /** Nobody else should act on the key: it would press a focused button or leave the field in mid-scan. */
  consume: boolean;
}

const ignored: ReaderAnswer = { kind: 'ignored', reading: null, consume: false };

/** A gap as long as this ends a burst: the next key begins a new one. */
const RESET_MS = 500;
/** Mean gap of wedge scanners is 1 to 30 ms, and 60 over a poor Bluetooth link; fast typists take 80 and more. */
const FAST_MS = 65;
/** Shorter bursts are somebody pressing keys, not a code. */
const MIN_LENGTH = 4;

/** ASCII's group separator, between the elements of GS1 data. */
const SEPARATOR = '\u001d';

const usDigitsShifted = ')!@#$%^&*(';
const usKeys: Record<string, [plain: string, shifted: string]> = {
  Space: [' ', ' '],
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
};

/** The character that a US keyboard gives for a key; `fallback` for keys that only other keyboards have. */
function usCharacter(code: string, shift: boolean, fallback: string): string {
  if (/^Key[A-Z]$/.test(code)) return shift ? code.slice(3) : code.slice(3).toLowerCase();
  if (/^Digit\d$/.test(code)) return shift ? usDigitsShifted[Number(code.slice(5))]! : code.slice(5);
  return usKeys[code]?.[shift ? 1 : 0] ?? fallback;
}

/**
 * Tells a wedge scanner from a person by time alone, so that any scanner works without set-up: characters gather, a
 * pause of `RESET_MS` forgets them, Enter or Tab ends the scan. Some scanners end it by Ctrl-J or Ctrl-M (LF, CR),
 * which are Enter's control codes and would open the browser's downloads.
 */
export function createKeystrokeReader(): { press(key: KeyPress): ReaderAnswer; reset(): void } {
  let text = '';
  let usText = '';
  let firstAt = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  const reset = () => {
    text = '';
    usText = '';
  };
  return {
    reset,
    press({ key, code, shift, modified, at, shortest = MIN_LENGTH }) {
      if (at - lastAt > RESET_MS) reset();
      const ends = modified ? key === 'j' || key === 'm' : key === 'Enter' || key === 'Tab';
      if (ends) {
        const length = [...text].length;
        const fast = length > 1 && (lastAt - firstAt) / (length - 1) <= FAST_MS;
        const reading = { text, usText, fast };
        // A control code that follows the burst at once is the scanner's; later it is the person's own shortcut.
        const taken = (length >= MIN_LENGTH && (!modified || fast)) || (length >= shortest && fast);
        reset();
        return taken ? { kind: 'scan', reading, consume: true } : ignored;
      }
      // Scanners send GS1's separator as Ctrl and ].
      if (modified && text !== '' && code === 'BracketRight') {
        lastAt = at;
        text += SEPARATOR;
        usText += SEPARATOR;
        return { kind: 'kept', reading: null, consume: true };
      }
      if (modified || [...key].length !== 1) return ignored;
      if (text === '') firstAt = at;
      lastAt = at;
      text += key;
      usText += usCharacter(code, shift, key);
      return { kind: 'kept', reading: null, consume: key === ' ' && text.length > 1 };
    },
  };
}

/** The reading as a MAC under either layout, else as it was typed, so that the refusal shows what the person sees. */
export function codeOf(reading: Reading, normalise: (text: string) => string | null): string {
  const trimmed = reading.text.trim();
  if (normalise(trimmed) !== null) return trimmed;
  return normalise(reading.usText) === null ? trimmed : reading.usText.trim();
}
