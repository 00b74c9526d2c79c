import type { UseFormReturnType } from '@mantine/form';
import { useCallback, useEffect, useRef, useState } from 'react';
import { cornersIn } from '../../map/outline/edit-outline.ts';
import type { Draft, Editing } from './draft.ts';

type Fence = Pick<Draft, 'latitude' | 'longitude' | 'geofenceRadiusM' | 'outline'>;

/** A drag is many changes and one step: so long after the last of them it counts. */
const SETTLE_MS = 300;

const fenceIn = ({ latitude, longitude, geofenceRadiusM, outline }: Draft): Fence => ({
  latitude,
  longitude,
  geofenceRadiusM,
  outline,
});
const hasPoint = ({ latitude, longitude }: Fence): boolean => latitude !== '' && longitude !== '';
const corners = ({ outline }: Fence): number => (outline ? cornersIn(outline) : -1);
const same = (a: Fence, b: Fence): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Goes back and forth through what was done to the fence since its form opened: points set, corners, drags, sizes. */
export function useFenceUndo(editing: Editing | null, form: UseFormReturnType<Draft>) {
  const { values, setValues } = form;
  const now = fenceIn(values);
  const [past, setPast] = useState<Fence[]>([]);
  const [future, setFuture] = useState<Fence[]>([]);
  const settled = useRef(now);
  const latest = useRef(now);
  latest.current = now;

  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with each form
  useEffect(() => {
    setPast([]);
    setFuture([]);
    settled.current = latest.current;
  }, [editing]);

  const keep = useCallback(() => {
    const before = settled.current;
    if (same(before, latest.current)) return;
    settled.current = latest.current;
    setPast((steps) => [...steps, before]);
    setFuture([]);
  }, []);
  const text = JSON.stringify(now);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the fence
  useEffect(() => {
    if (!editing) return;
    // The first point is a step of its own, however soon the next change comes.
    const isFirst = !hasPoint(settled.current) && hasPoint(latest.current);
    // A corner more or less is one too: it is no part of a drag.
    const isCorner = corners(settled.current) !== corners(latest.current);
    const timer = setTimeout(keep, isFirst || isCorner ? 0 : SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, editing, keep]);

  const undo = useCallback(() => {
    // What has not settled yet is the step to undo.
    const unsettled = !same(settled.current, latest.current);
    const before = unsettled ? settled.current : past.at(-1);
    if (!before) return;
    const undone = latest.current;
    if (!unsettled) setPast((steps) => steps.slice(0, -1));
    setFuture((steps) => [...steps, undone]);
    settled.current = before;
    setValues(before);
  }, [past, setValues]);
  const redo = useCallback(() => {
    const after = future.at(-1);
    if (!after) return;
    const before = settled.current;
    setFuture((steps) => steps.slice(0, -1));
    setPast((steps) => [...steps, before]);
    settled.current = after;
    setValues(after);
  }, [future, setValues]);
  useEffect(() => {
    if (!editing) return;
    const press = (event: KeyboardEvent) => {
      const isField = event.target instanceof HTMLElement && event.target.closest('input, textarea') !== null;
      // A field has an undo of its own.
      const key = event.key.toLowerCase();
      if (!['z', 'y'].includes(key) || !(event.ctrlKey || event.metaKey) || isField) return;
      event.preventDefault();
      if (key === 'y' || event.shiftKey) redo();
      else undo();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [editing, undo, redo]);
  return { undo, redo, canUndo: past.length > 0 || !same(settled.current, now), canRedo: future.length > 0 };
}
