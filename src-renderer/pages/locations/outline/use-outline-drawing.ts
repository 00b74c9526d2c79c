import type { UseFormReturnType } from '@mantine/form';
import { useEffect, useState } from 'react';
import type { Corner, Outline } from '../../../../src-shared/domain/fences/outline.ts';
import {
  addRing,
  appendCorner,
  type CornerAt,
  deleteCorner,
  openRing,
  type RingAt,
  ringOf,
  roundCorner,
  withoutEmptyRings,
} from '../../../map/outline/edit-outline.ts';
import { type ShortcutGroup, useNamedShortcuts } from '../../../stores/shortcuts.ts';
import { shortcutWords as words } from '../../../strings/palette.ts';
import { type Draft, type Editing, withOutline } from '../draft.ts';

const shortcuts: ShortcutGroup = {
  title: words.outline,
  shortcuts: [
    { keys: [['Enter']], label: words.outlineClose },
    { keys: [['Delete']], label: words.outlineDelete },
    { keys: [['Esc']], label: words.outlineLeave },
    { keys: [['Ctrl', 'Z']], label: words.undo },
  ],
};

/** How an outline is being drawn: what form and map share beside the outline itself, which the form holds. */
export interface OutlineDrawing {
  outline: Outline | null;
  /** The ring that clicks go to; null while all are closed. */
  drawing: RingAt | null;
  chosen: CornerAt | null;
  crowded: boolean;
  setCrowded: (crowded: boolean) => void;
  choose: (at: CornerAt | null) => void;
  change: (outline: Outline) => void;
  append: (corner: Corner) => void;
  /** The ring that is drawn is done, or given up where it is no area. */
  close: () => void;
  begin: (part: number | null) => void;
  deleteChosen: () => void;
}

export function useOutlineDrawing(editing: Editing | null, form: UseFormReturnType<Draft>): OutlineDrawing {
  useNamedShortcuts(form.values.outline === null ? null : shortcuts);
  const { outline } = form.values;
  const [wanted, setWanted] = useState<RingAt | null>(null);
  const [chosen, setChosen] = useState<CornerAt | null>(null);
  const [crowded, setCrowded] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with each form, and with each first outline
  useEffect(() => {
    setWanted(null);
    setChosen(null);
    setCrowded(false);
  }, [editing, outline === null]);

  // A ring that is no area yet goes on being drawn, also after an undo.
  const drawing = outline === null ? null : wanted && outline[wanted.part]?.[wanted.ring] ? wanted : openRing(outline);
  const isThere = chosen !== null && outline !== null && ringOf(outline, chosen)[chosen.corner] !== undefined;
  const change = (next: Outline) => form.setValues(withOutline(next));
  const deleteChosen = () => {
    if (!isThere) return;
    const next = deleteCorner(outline, chosen);
    change(next);
    const left = ringOf(next, chosen).length;
    setChosen(left > 0 ? { ...chosen, corner: Math.min(chosen.corner, left - 1) } : null);
  };

  useEffect(() => {
    if (outline === null) return;
    const press = (event: KeyboardEvent) => {
      const onControl =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, button, a') !== null;
      if (onControl || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Delete' || event.key === 'Backspace') deleteChosen();
      else if (event.key === 'Enter' && drawing) close();
      else if (event.key === 'Escape' && chosen) setChosen(null);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });

  const close = () => {
    if (outline === null) return;
    setWanted(null);
    const kept = drawing && ringOf(outline, drawing).length < 3 ? withoutBegun(outline, drawing) : outline;
    if (kept !== outline) change(kept);
  };
  return {
    outline,
    drawing,
    chosen: isThere ? chosen : null,
    crowded,
    setCrowded,
    choose: setChosen,
    change,
    close,
    deleteChosen,
    append(corner) {
      if (outline === null || !drawing) return;
      setWanted(drawing);
      change(appendCorner(outline, drawing, roundCorner(corner)));
    },
    begin(part) {
      if (outline === null) return;
      const begun = addRing(withoutEmptyRings(outline), part);
      setChosen(null);
      setWanted(begun.at);
      change(begun.outline);
    },
  };
}

/** A hole or a further part that was given up is as if it had never been begun; the first ring stays. */
function withoutBegun(outline: Outline, at: RingAt): Outline {
  if (at.part === 0 && at.ring === 0) return outline;
  return withoutEmptyRings(
    outline.map((rings, part) => rings.map((ring, n) => (part === at.part && n === at.ring ? [] : ring))),
  );
}
