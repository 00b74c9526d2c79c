import type { UseFormReturnType } from '@mantine/form';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Draft, Editing } from './draft.ts';

type Fence = Pick<Draft, 'latitude' | 'longitude' | 'geofenceRadiusM'>;

/** A drag is many changes and one step: so long after the last of them it counts. */
const SETTLE_MS = 300;

const fenceIn = ({ latitude, longitude, geofenceRadiusM }: Draft): Fence => ({ latitude, longitude, geofenceRadiusM });
const hasPoint = ({ latitude, longitude }: Fence): boolean => latitude !== '' && longitude !== '';
const same = (a: Fence, b: Fence): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Goes back through what was done to the fence since its form opened: points set, drags, sizes. */
export function useFenceUndo(editing: Editing | null, form: UseFormReturnType<Draft>) {
  const { values, setValues } = form;
  const now = fenceIn(values);
  const [past, setPast] = useState<Fence[]>([]);
  const settled = useRef(now);
  const latest = useRef(now);
  latest.current = now;

  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew with each form
  useEffect(() => {
    setPast([]);
    settled.current = latest.current;
  }, [editing]);

  const keep = useCallback(() => {
    const before = settled.current;
    if (same(before, latest.current)) return;
    settled.current = latest.current;
    setPast((steps) => [...steps, before]);
  }, []);
  const text = JSON.stringify(now);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the fence
  useEffect(() => {
    if (!editing) return;
    // The first point is a step of its own, however soon the next change comes.
    const isFirst = !hasPoint(settled.current) && hasPoint(latest.current);
    const timer = setTimeout(keep, isFirst ? 0 : SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, editing, keep]);

  const undo = useCallback(() => {
    // What has not settled yet is the step to undo.
    const unsettled = !same(settled.current, latest.current);
    const before = unsettled ? settled.current : past.at(-1);
    if (!before) return;
    if (!unsettled) setPast((steps) => steps.slice(0, -1));
    settled.current = before;
    setValues(before);
  }, [past, setValues]);
  useEffect(() => {
    if (!editing) return;
    const press = (event: KeyboardEvent) => {
      const isField = event.target instanceof HTMLElement && event.target.closest('input, textarea') !== null;
      // A field has an undo of its own.
      if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || isField) return;
      event.preventDefault();
      undo();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [editing, undo]);
  return { undo, canUndo: past.length > 0 || !same(settled.current, now) };
}
