import { useHotkeys } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useSpotlight } from '@mantine/spotlight';
import { type ComponentType, useEffect, useState } from 'react';
import { layout as words } from '../../strings/layout.ts';
import { palette, paletteStore } from './palette-store.ts';

const load = async () => (await import('./CommandPalette.tsx')).CommandPalette;
const leaders: readonly string[] = ['Control', 'Meta'];

/** Ctrl-K. It knows the words of all pages, so it is loaded when it is first asked for: with the first key of the two. */
export function Palette() {
  const { opened } = useSpotlight(paletteStore);
  const [CommandPalette, setLoaded] = useState<ComponentType | null>(null);
  useHotkeys([['mod+K', palette.open]], [], true);
  useEffect(() => {
    // Whether that works is told where it is opened.
    const ahead = ({ key }: KeyboardEvent) => void (leaders.includes(key) && load().catch(() => undefined));
    document.addEventListener('keydown', ahead);
    return () => document.removeEventListener('keydown', ahead);
  }, []);
  useEffect(() => {
    if (!opened || CommandPalette) return;
    load().then(
      (loaded) => setLoaded(() => loaded),
      () => {
        palette.close();
        notifications.show({ color: 'red', message: words.searchNotLoaded });
      },
    );
  }, [opened, CommandPalette]);
  return CommandPalette && <CommandPalette />;
}
