import { useHotkeys } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useSpotlight } from '@mantine/spotlight';
import { type ComponentType, useEffect, useRef, useState } from 'react';
import { layout as words } from '../../strings/layout.ts';
import { palette, paletteStore } from './palette-store.ts';

const load = async () => (await import('./CommandPalette.tsx')).CommandPalette;
const leaders: readonly string[] = ['Control', 'Meta'];

/** Ctrl-K. It knows the words of all pages, so it is loaded when it is first asked for: with the first key of the two. */
export function Palette() {
  const { opened } = useSpotlight(paletteStore);
  const [CommandPalette, setLoaded] = useState<ComponentType<{ begun: string }> | null>(null);
  const begun = useRef('');
  useHotkeys([['mod+K', palette.open]], [], true);
  useEffect(() => {
    // Whether that works is told where it is opened.
    const ahead = ({ key }: KeyboardEvent) => void (leaders.includes(key) && load().catch(() => undefined));
    document.addEventListener('keydown', ahead);
    return () => document.removeEventListener('keydown', ahead);
  }, []);
  useEffect(() => {
    if (!opened || CommandPalette) return;
    begun.current = '';
    load().then(
      (loaded) => setLoaded(() => loaded),
      () => {
        palette.close();
        notifications.show({ color: 'red', message: words.searchNotLoaded });
      },
    );
    // A slow network loses nothing of what is typed meanwhile.
    const collect = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') palette.close();
      else if (event.key === 'Backspace') begun.current = begun.current.slice(0, -1);
      else if (event.key.length === 1) begun.current += event.key;
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    document.addEventListener('keydown', collect, true);
    return () => document.removeEventListener('keydown', collect, true);
  }, [opened, CommandPalette]);
  return CommandPalette && <CommandPalette begun={begun.current} />;
}
