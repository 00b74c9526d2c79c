import { Input, SegmentedControl, Stack, useMantineColorScheme } from '@mantine/core';
import { type Density, usePreferences } from '../../../stores/preferences.ts';
import { layout } from '../../../strings/layout.ts';
import { settings as words } from '../../../strings/settings.ts';

const { user } = layout;

/** Colours and density, kept on this machine. */
export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, set } = usePreferences();
  return (
    <Stack gap="sm" align="flex-start">
      <Input.Wrapper label={words.colors} labelElement="div">
        <SegmentedControl
          display="flex"
          mt={4}
          aria-label={words.colors}
          value={colorScheme}
          onChange={setColorScheme}
          data={[
            { value: 'light', label: user.light },
            { value: 'dark', label: user.dark },
            { value: 'auto', label: user.auto },
          ]}
        />
      </Input.Wrapper>
      <Input.Wrapper label={words.density} labelElement="div">
        <SegmentedControl
          display="flex"
          mt={4}
          aria-label={words.density}
          value={density}
          onChange={(value) => set({ density: value as Density })}
          data={[
            { value: 'compact', label: user.compact },
            { value: 'comfortable', label: user.comfortable },
          ]}
        />
      </Input.Wrapper>
    </Stack>
  );
}
