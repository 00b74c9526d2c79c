import { type RefObject, useLayoutEffect, useState } from 'react';
import type { Widths } from './use-column-widths.ts';

const PADDING = 10;

/** A time that is cut off reads as another one: the widths that columns with times need so that none is. */
export function useWholeTimes(table: RefObject<HTMLElement | null>): Widths {
  const [needed, setNeeded] = useState<Widths>({});
  // After each drawing, of the few rows that are drawn.
  useLayoutEffect(() => {
    const found: Widths = {};
    for (const time of table.current?.querySelectorAll('td[data-column] time') ?? []) {
      const cell = time.closest<HTMLElement>('td[data-column]')!;
      const id = cell.dataset.column!;
      const width = cell.scrollWidth + PADDING;
      if (cell.scrollWidth > cell.clientWidth && width > (found[id] ?? needed[id] ?? 0)) found[id] = width;
    }
    if (Object.keys(found).length > 0) setNeeded((before) => ({ ...before, ...found }));
  });
  return needed;
}
