import { useEffect, useId } from 'react';
import { create } from 'zustand';

export interface Shortcut {
  /** Keys that are pressed together or, where several lists stand, one or the other: `[['J'], ['↓']]`. */
  keys: readonly (readonly string[])[];
  label: string;
}
export interface ShortcutGroup {
  title: string;
  shortcuts: readonly Shortcut[];
}

interface Store {
  opened: boolean;
  /** Of the screen, by the part of it that they belong to. */
  groups: Readonly<Record<string, ShortcutGroup>>;
}

/** The shortcuts of what is on screen, and whether they are shown. */
export const useShortcuts = create<Store>(() => ({ opened: false, groups: {} }));

export const showShortcuts = (): void => useShortcuts.setState({ opened: true });
export const hideShortcuts = (): void => useShortcuts.setState({ opened: false });

/** Names the shortcuts of a part of the screen while it stands there. Give a constant. */
export function useNamedShortcuts(group: ShortcutGroup | null): void {
  const id = useId();
  useEffect(() => {
    if (group === null) return;
    useShortcuts.setState(({ groups }) => ({ groups: { ...groups, [id]: group } }));
    return () => useShortcuts.setState(({ groups: { [id]: _, ...others } }) => ({ groups: others }));
  }, [id, group]);
}
