import { type RefObject, useEffect, useRef } from 'react';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { codesIn } from './code-list.ts';
import { codeOf, createKeystrokeReader } from './keystroke-reader.ts';

export interface StationKeys {
  /** Codes of goods may be shorter than any address. */
  anyLength: boolean;
  onScan: (code: string) => void;
  onPaste: (codes: string[]) => void;
  onUndo: () => void;
  /** A scan went into the field: its last characters are to be taken out again. */
  onTypedInto: (text: string) => void;
  /** A key without modifiers; says whether it was one of the station's. */
  onShortcut: (key: string) => boolean;
}

/** Shorter ones are typed by hand: one key and Enter are somebody pressing keys. */
const SHORTEST_GOODS = 2;

/**
 * Listens on the whole document, before anything else, so that a scan counts wherever the focus is. In the manual field
 * only what comes at a scanner's speed is taken; what a person types there stays theirs.
 */
export function useStationKeyboard(field: RefObject<HTMLInputElement | null>, keys: StationKeys): void {
  const latest = useRef(keys);
  latest.current = keys;

  useEffect(() => {
    const reader = createKeystrokeReader();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing) return;
      const inField = event.target === field.current;
      const modified = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState('AltGraph');
      const take = () => {
        event.preventDefault();
        event.stopPropagation();
      };
      if (
        modified &&
        event.key.toLowerCase() === 'z' &&
        !event.altKey &&
        !event.shiftKey &&
        !(inField && field.current?.value)
      ) {
        take();
        if (!event.repeat) latest.current.onUndo();
        return;
      }
      if (!modified && latest.current.onShortcut(event.key)) {
        take();
        return;
      }
      const answer = reader.press({
        key: event.key,
        code: event.code,
        shift: event.shiftKey,
        modified,
        at: event.timeStamp,
        shortest: latest.current.anyLength ? SHORTEST_GOODS : undefined,
      });
      if (answer.reading) {
        if (inField && !answer.reading.fast) return;
        take();
        if (inField) latest.current.onTypedInto(answer.reading.text);
        latest.current.onScan(codeOf(answer.reading, normaliseMac));
      } else if (answer.consume && !inField) take();
    };
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain') ?? '';
      const codes = codesIn(text, normaliseMac);
      // One code pasted into the field is edited there like any other text.
      if (codes.length === 0 || (event.target === field.current && codes.length === 1)) return;
      event.preventDefault();
      latest.current.onPaste(codes);
    };
    document.addEventListener('keydown', onKeyDown, true);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('keydown', onKeyDown, true);
      document.removeEventListener('paste', onPaste);
    };
  }, [field]);
}
