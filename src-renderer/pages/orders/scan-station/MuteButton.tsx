import { ActionIcon, Tooltip } from '@mantine/core';
import { IconVolume, IconVolumeOff } from '@tabler/icons-react';
import { scanStation as words } from '../../../strings/scan-station.ts';

/** Turns the sounds of a station off and on; F4 does it too. */
export function MuteButton({ muted, onToggle }: { muted: boolean; onToggle: () => void }) {
  const label = muted ? words.unmute : words.mute;
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="lg"
        variant={muted ? 'filled' : 'default'}
        color={muted ? 'red' : 'gray'}
        aria-label={label}
        aria-pressed={muted}
        aria-keyshortcuts="F4"
        onClick={onToggle}
      >
        {muted ? <IconVolumeOff size={20} /> : <IconVolume size={20} />}
      </ActionIcon>
    </Tooltip>
  );
}
