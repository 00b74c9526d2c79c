import { useEffect, useRef, useState } from 'react';
import { scanStation as words } from '../../../strings/scan-station.ts';

const hasFocus = () => document.hasFocus() && document.visibilityState === 'visible';

/**
 * Whether scans reach this window: it has the focus, and its tab is in front. A scanner types wherever the focus is, so
 * that what is scanned meanwhile is lost: `onLost` says so aloud, and the tab's title says so where only that is seen.
 */
export function useListening(onLost: () => void): boolean {
  const [listening, setListening] = useState(hasFocus);
  const lost = useRef(onLost);
  lost.current = onLost;
  const before = useRef(listening);
  useEffect(() => {
    let timer = 0;
    const look = () => {
      const now = hasFocus();
      if (!now && before.current) lost.current();
      before.current = now;
      setListening(now);
    };
    // A click into the window's own frame takes the focus for a moment.
    const soon = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(look, SETTLE_MS);
    };
    window.addEventListener('blur', soon);
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    soon();
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('blur', soon);
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  useEffect(() => {
    if (listening) return;
    const { title } = document;
    document.title = `● ${words.notListening}`;
    return () => {
      document.title = title;
    };
  }, [listening]);
  return listening;
}

const SETTLE_MS = 150;
