import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { common } from '../strings/common.ts';

/** The console's own violet: away from the hues that statuses use, so that a button never reads as a status. */
const iris: MantineColorsTuple = [
  '#f1effc',
  '#dfdbf5',
  '#bcb4ea',
  '#978be0',
  '#7868d6',
  '#6453d1',
  '#5a48d0',
  '#4b3bb8',
  '#4234a5',
  '#382c91',
];

/** Mantine's red with a darker seventh shade: white words on it reach 4.5:1. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#d63b3b',
  '#c92a2a',
  '#b42318',
  '#a11d14',
  '#8c1810',
];

/** Mantine's greys for the dark scheme, drawn towards the blue of the console's surfaces. */
const dark: MantineColorsTuple = [
  '#c9cdd4',
  '#b4b9c2',
  '#868d99',
  '#5c6370',
  '#444a55',
  '#363b44',
  '#2a2d34',
  '#1f2228',
  '#191b20',
  '#141519',
];

/** Bundled, so that the console looks the same on every machine and needs no network for it. */
const systemFont =
  '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';

/** Compact by default: people here read tables all day. */
export const theme = createTheme({
  colors: { iris, dark, red },
  primaryColor: 'iris',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  fontFamily: systemFont,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontFamily: systemFont,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h4: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Without the components themselves, which most of the first page would load for nothing.
  components: {
    // The icon and the ground carry the colour: a coloured title on them is too pale in the light theme.
    Alert: { styles: { label: { color: 'var(--mantine-color-text)' } } },
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    Input: { defaultProps: { size: 'xs' } },
    InputWrapper: { defaultProps: { size: 'xs' } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { 'aria-label': common.close },
      },
      styles: { title: { fontSize: '0.9375rem', fontWeight: 650 } },
    },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': common.close } },
      // Its own grey is too pale to be read on white.
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm', fz: 'sm' } },
    Tooltip: {
      defaultProps: { openDelay: 250, withArrow: true, events: { hover: true, focus: true, touch: true } },
    },
    ...Object.fromEntries(
      ['TextInput', 'NumberInput', 'Select', 'MultiSelect', 'Textarea', 'PasswordInput', 'FileInput'].map((name) => [
        name,
        { defaultProps: { size: 'xs' } },
      ]),
    ),
  },
});

/** Secondary text and errors dark (or light) enough for 4.5:1 on every surface of the console. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5a6270', '--mantine-color-placeholder': '#6b7280' },
  dark: {
    '--mantine-color-anchor': '#aea5f2',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-dimmed': '#a4abb8',
    '--mantine-color-placeholder': '#9aa1ad',
  },
});
