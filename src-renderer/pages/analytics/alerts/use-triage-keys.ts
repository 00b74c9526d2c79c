import { type RefObject, useEffect, useRef } from 'react';
import { type ShortcutGroup, useNamedShortcuts } from '../../../stores/shortcuts.ts';
import { alerts } from '../../../strings/alerts.ts';

const { keys: words } = alerts;
const group: ShortcutGroup = {
  title: words.title,
  shortcuts: [
    { keys: [['J'], ['↓']], label: words.next },
    { keys: [['K'], ['↑']], label: words.previous },
    { keys: [['A']], label: words.acknowledge },
    { keys: [['S'], ['1'], ['2'], ['3']], label: words.snooze },
    { keys: [['M']], label: words.mine },
    { keys: [['G']], label: words.assign },
    { keys: [['X'], ['Space']], label: words.select },
    { keys: [['U']], label: words.undo },
  ],
};

export interface TriageKeys {
  acknowledge: (index: number) => void;
  snooze: (index: number) => void;
  mine: (index: number) => void;
  assign: (index: number) => void;
  undo: () => void;
}

/**
 * Where keys go on from a row: after a deed at the row that is next now, wherever others have moved to or gone from
 * meanwhile; without one at the row itself.
 */
export function goOnFrom(table: HTMLElement | null, index: number): (isDone: boolean) => void {
  const [own, next] = [index, index + 1].map((n) => table?.querySelector<HTMLElement>(`tr[data-index="${n}"]`));
  return (isDone) => {
    const wanted = isDone ? next : own;
    if (wanted?.isConnected) wanted.focus();
    else focusAfter(table, isDone ? index : index - 1);
  };
}

/** The row after one, or at the end of the list the one before it. A row that is still to be drawn is waited for. */
function focusAfter(table: HTMLElement | null, index: number, tries = 20): void {
  const row = (n: number) => table?.querySelector<HTMLElement>(`tr[data-index="${n}"]`);
  const next = row(index + 1);
  if (next) next.focus();
  else if (tries > 0) requestAnimationFrame(() => focusAfter(table, index, tries - 1));
  else row(index - 1)?.focus();
}

/** Keys that work through a table of alerts: the row with the focus is meant, and after a deed the next one is. */
export function useTriageKeys(table: RefObject<HTMLElement | null>, deeds: TriageKeys | null): void {
  useNamedShortcuts(deeds ? group : null);
  const latest = useRef(deeds);
  latest.current = deeds;
  const wanted = deeds !== null;
  useEffect(() => {
    if (!wanted) return;
    const rowAt = (index: number) => table.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`);
    const press = (event: KeyboardEvent) => {
      const own = latest.current;
      if (!own || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const { activeElement } = document;
      if (activeElement?.closest('input:not([type=checkbox]), textarea, select, [role=dialog], [contenteditable]'))
        return;
      const row = activeElement?.closest<HTMLElement>('tr[data-index]');
      const index = row && table.current?.contains(row) ? Number(row.dataset.index) : null;
      const key = event.key.toLowerCase();
      if (key === 'u') own.undo();
      else if (index === null) {
        // The first key only goes to where one was.
        if (!'jkasmgx'.includes(key) || key.length !== 1) return;
        table.current?.querySelector<HTMLElement>('tr[data-index][tabindex="0"]')?.focus();
      } else if (key === 'j') rowAt(index + 1)?.focus();
      else if (key === 'k') rowAt(index - 1)?.focus();
      else if (key === 'a' || key === 'm') {
        const goOn = goOnFrom(table.current, index);
        if (key === 'a') own.acknowledge(index);
        else own.mine(index);
        goOn(true);
      } else if (key === 's') own.snooze(index);
      else if (key === 'g') own.assign(index);
      else if (key === 'x') row?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [table, wanted]);
}
