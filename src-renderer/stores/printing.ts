import { flushSync } from 'react-dom';
import { create } from 'zustand';

/** Whether the page is being printed: tables then draw all their rows, and everything is in light colours. */
export const usePrinting = create<boolean>(() => false);

/** Follows the print dialog. What is to be printed has to be there when the listener returns. */
export function followPrinting(): void {
  const set = (printing: boolean) => flushSync(() => usePrinting.setState(printing, true));
  window.addEventListener('beforeprint', () => set(true));
  window.addEventListener('afterprint', () => set(false));
  window.matchMedia('print').addEventListener('change', ({ matches }) => set(matches));
}
