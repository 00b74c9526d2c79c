import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useNamedShortcuts } from '../../stores/shortcuts.ts';
import { shortcutWords as words } from '../../strings/palette.ts';

interface Options {
  count: number;
  /** Rows that a page key moves by. */
  pageSize: number;
  scrollTo: (index: number) => void;
  open: ((index: number) => void) | undefined;
  toggle: ((index: number) => void) | undefined;
}

/**
 * One tab stop for the whole table: arrows, Page Up and Down, Home and End move between rows, Enter opens, Space
 * selects. Rows that are not drawn yet are scrolled to first.
 */
export function useRowFocus({ count, pageSize, scrollTo, open, toggle }: Options) {
  const [focused, setFocused] = useState(0);
  const body = useRef<HTMLTableSectionElement>(null);
  const [opens, selects] = [open !== undefined, toggle !== undefined];
  useNamedShortcuts(
    useMemo(
      () => ({
        title: words.table,
        shortcuts: [
          { keys: [['↓'], ['↑']], label: words.tableRows },
          { keys: [['Home'], ['End']], label: words.tableEnds },
          ...(opens ? [{ keys: [['Enter']], label: words.tableOpen }] : []),
          ...(selects ? [{ keys: [['Space']], label: words.tableSelect }] : []),
        ],
      }),
      [opens, selects],
    ),
  );

  const focusRow = useCallback(
    (index: number) => {
      const target = Math.max(0, Math.min(count - 1, index));
      setFocused(target);
      scrollTo(target);
      // Two frames: one for the scroll, one for the virtualiser to draw the row.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus()),
      );
    },
    [count, scrollTo],
  );

  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const row = event.target as HTMLElement;
    // Keys typed in a cell's own control belong to that control.
    if (row.tagName !== 'TR') return;
    const moves: Record<string, number> = {
      ArrowDown: focused + 1,
      ArrowUp: focused - 1,
      PageDown: focused + pageSize,
      PageUp: focused - pageSize,
      Home: 0,
      End: count - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) focusRow(next);
    else if (event.key === 'Enter' && open) open(focused);
    else if (event.key === ' ' && toggle) toggle(focused);
    else return;
    event.preventDefault();
  };

  return { focused: Math.min(focused, Math.max(0, count - 1)), setFocused, onKeyDown, body };
}
