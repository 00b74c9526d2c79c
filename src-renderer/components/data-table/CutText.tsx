import { Tooltip } from '@mantine/core';
import { type RefObject, useEffect, useState } from 'react';

const isCut = (element: Element) => element.clientWidth > 1 && element.scrollWidth > element.clientWidth;
const hides = (element: Element) => getComputedStyle(element).overflowX !== 'visible';

/** Whether text of a cell, or of something in it, is cut off. */
const cutsText = (cell: HTMLElement) =>
  isCut(cell) || [...cell.querySelectorAll('*')].some((element) => isCut(element) && hides(element));

/** The whole of what is cut off in a row, with the names of the columns; in one cell its text alone. */
function wholeText(target: HTMLElement): string {
  if (target.tagName === 'TD') return cutsText(target) ? (target.textContent ?? '') : '';
  return [...target.querySelectorAll<HTMLElement>('td[data-header]')]
    .filter(cutsText)
    .map((cell) => `${cell.dataset.header}: ${cell.textContent}`)
    .join('\n');
}

/** Shows cut text in full: of the cell under the pointer, and of the row or control that the keyboard is on. Escape hides it. */
export function CutText({ root }: { root: RefObject<HTMLElement | null> }) {
  const [shown, setShown] = useState<{ target: HTMLElement; text: string } | null>(null);
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const show = (target: HTMLElement | null) => {
      const text = target ? wholeText(target) : '';
      setShown((before) => (target && text ? (before?.target === target ? before : { target, text }) : null));
    };
    const over = ({ target }: Event) => show((target as Element).closest<HTMLElement>('tbody td[data-column]'));
    const focused = ({ target }: Event) =>
      show(
        (target as Element).matches(':focus-visible') ? (target as Element).closest<HTMLElement>('tbody tr, td') : null,
      );
    const hide = () => setShown(null);
    const key = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    const listeners = {
      mouseover: over,
      mouseleave: hide,
      focusin: focused,
      focusout: hide,
      pointerdown: hide,
      scroll: hide,
    };
    for (const [type, listener] of Object.entries(listeners)) element.addEventListener(type, listener);
    document.addEventListener('keydown', key);
    return () => {
      for (const [type, listener] of Object.entries(listeners)) element.removeEventListener(type, listener);
      document.removeEventListener('keydown', key);
    };
  }, [root]);
  if (!shown) return null;
  return (
    <Tooltip
      opened
      target={shown.target}
      label={shown.text}
      position="bottom-start"
      multiline
      maw={480}
      style={{ whiteSpace: 'pre-line' }}
    />
  );
}
