import type L from 'leaflet';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { boundsOf } from '../../map/fences.ts';
import { ReplayLayer } from '../../map/replay/replay-layer.ts';
import { advance, type Journey, spanOf } from '../../map/replay/timeline.ts';
import { roomLeft } from '../../map/view.ts';
import { type ShortcutGroup, useNamedShortcuts } from '../../stores/shortcuts.ts';
import { shortcutWords } from '../../strings/palette.ts';
import { useScheme } from '../../theme/use-scheme.ts';

/** Times of the journey that pass in one second. */
export const speeds = [600, 3_600, 21_600, 86_400] as const;
export type Speed = (typeof speeds)[number];
const START_SPEED: Speed = 21_600;
/** The slider and the time in words follow at this pace; the map itself at each frame. */
const TELL_MS = 100;
/** Pixels of the head of the sheet and of the controls above it, in a narrow window. */
const CONTROLS = 190;

export interface Replay {
  span: { from: number; to: number } | null;
  at: number;
  playing: boolean;
  speed: Speed;
  seek: (at: number) => void;
  toggle: () => void;
  setSpeed: (speed: Speed) => void;
}

/** Plays journeys on a map: a clock that runs at the chosen speed, and the layer that follows it. */
export function useReplay(map: L.Map | null, journeys: readonly Journey[], narrow: boolean): Replay {
  const span = useMemo(() => spanOf(journeys), [journeys]);
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(START_SPEED);
  const clock = useRef(0);
  const layer = useRef<ReplayLayer | null>(null);
  const scheme = useScheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides the colours that are drawn
  useEffect(() => {
    if (!map || !span) return;
    layer.current = new ReplayLayer(map, journeys);
    if (clock.current < span.from || clock.current > span.to) {
      clock.current = span.from;
      setAt(span.from);
    }
    layer.current.show(clock.current);
    return () => {
      layer.current?.remove();
      layer.current = null;
    };
  }, [map, journeys, span, scheme]);

  const fitted = useRef('');
  useEffect(() => {
    const ids = journeys.map(({ trackerId }) => trackerId).join();
    if (!map || ids === fitted.current) return;
    fitted.current = ids;
    const positions = journeys.flatMap(({ fixes }) =>
      fixes.map(({ latitude, longitude }): [number, number] => [latitude, longitude]),
    );
    const bounds = boundsOf(positions);
    if (bounds) map.fitBounds(bounds, { maxZoom: 13, animate: false, ...roomLeft(narrow, CONTROLS) });
  }, [map, journeys, narrow]);

  useEffect(() => {
    if (!playing || !span) return;
    let last = performance.now();
    let told = last;
    let frame = requestAnimationFrame(function step(now) {
      clock.current = advance(clock.current, now - last, speed, span.to);
      last = now;
      layer.current?.show(clock.current);
      const ended = clock.current >= span.to;
      if (now - told >= TELL_MS || ended) {
        told = now;
        setAt(clock.current);
      }
      if (ended) setPlaying(false);
      else frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, span]);

  const seek = useCallback((next: number) => {
    clock.current = next;
    setAt(next);
    layer.current?.show(next);
  }, []);
  const toggle = useCallback(() => {
    // At the end, play means from the start.
    if (span && clock.current >= span.to) seek(span.from);
    setPlaying((before) => !before);
  }, [span, seek]);
  useSpace(span !== null, toggle);
  return { span, at, playing, speed, seek, toggle, setSpeed };
}

const shortcuts: ShortcutGroup = {
  title: shortcutWords.replay,
  shortcuts: [{ keys: [['Space']], label: shortcutWords.replayPlay }],
};

/** The space bar plays and pauses wherever the focus is, but in fields that take a space. */
function useSpace(wanted: boolean, toggle: () => void): void {
  useNamedShortcuts(wanted ? shortcuts : null);
  useEffect(() => {
    if (!wanted) return;
    const press = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.target instanceof Element && event.target.closest('input, textarea, select, [role=dialog]')) return;
      // Neither scrolls the page nor presses the button that has the focus.
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) toggle();
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [wanted, toggle]);
}
