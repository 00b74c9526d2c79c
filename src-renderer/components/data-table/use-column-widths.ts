import { type PointerEvent, type RefObject, useState } from 'react';
import { usePreferences } from '../../stores/preferences.ts';

const NARROWEST = 48;
export type Widths = Record<string, number>;

/**
 * Widths of the columns of a named table once a person has dragged one: from then on every column keeps its own, and the
 * table is as wide as they are together. Remembered on this machine.
 */
export function useColumnWidths(name: string, table: RefObject<HTMLElement | null>) {
  const { columnWidths, set } = usePreferences();
  const [dragged, setDragged] = useState<Widths | null>(null);
  const begin = (id: string, event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    const from = event.clientX;
    const before: Widths = { ...columnWidths[name] };
    for (const th of table.current?.querySelectorAll<HTMLElement>('th[data-column]') ?? [])
      before[th.dataset.column!] = Math.round(th.getBoundingClientRect().width);
    let now = before;
    const move = ({ clientX }: globalThis.PointerEvent) => {
      now = { ...before, [id]: Math.max(NARROWEST, Math.round((before[id] ?? 0) + clientX - from)) };
      setDragged(now);
    };
    const end = () => {
      grip.removeEventListener('pointermove', move);
      setDragged(null);
      if (now !== before) set({ columnWidths: { ...usePreferences.getState().columnWidths, [name]: now } });
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('lostpointercapture', end, { once: true });
  };
  return { widths: dragged ?? columnWidths[name], begin };
}

/** Takes back the widths that a person dragged; undefined where there are none. */
export function useResetWidths(name: string): (() => void) | undefined {
  const { columnWidths, set } = usePreferences();
  const { [name]: own, ...others } = columnWidths;
  return own && (() => set({ columnWidths: others }));
}
