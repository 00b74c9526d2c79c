import { useComputedColorScheme } from '@mantine/core';

/** The scheme on screen, light or dark; for what is drawn on canvases and must be drawn anew when it changes. */
export const useScheme = (): 'light' | 'dark' => useComputedColorScheme('light');
