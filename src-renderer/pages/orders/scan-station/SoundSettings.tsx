import { ActionIcon, Button, Group, Modal, Slider, Stack, Switch, Text } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { outcomeTitles, scanStation as words } from '../../../strings/scan-station.ts';
import classes from './SoundSettings.module.css';
import { type Cue, cues } from './sounds.ts';

export interface Sound {
  muted: boolean;
  /** 0 to 100. */
  volume: number;
  setMuted: (muted: boolean) => void;
  setVolume: (volume: number) => void;
  play: (cue: Cue) => void;
  /** Also while muted: the person asks for it. */
  try: (cue: Cue) => void;
}

const nameOf = (cue: Cue): string =>
  cue in words.sounds.others
    ? words.sounds.others[cue as keyof typeof words.sounds.others]
    : outcomeTitles[cue as keyof typeof outcomeTitles];

/** How loud the station speaks, and what each of its sounds says. */
export function SoundSettings({ sound }: { sound: Sound }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <ActionIcon
        size="lg"
        variant="default"
        aria-label={words.sounds.title}
        title={words.sounds.title}
        onClick={() => setOpened(true)}
      >
        <IconAdjustmentsHorizontal size={20} aria-hidden />
      </ActionIcon>
      <Modal opened={opened} onClose={() => setOpened(false)} title={words.sounds.title}>
        <Stack>
          <Switch
            label={words.sounds.on}
            checked={!sound.muted}
            onChange={(event) => sound.setMuted(!event.currentTarget.checked)}
          />
          <div>
            <Text size="sm" id="station-volume">
              {words.sounds.volume}
            </Text>
            <Slider
              aria-labelledby="station-volume"
              thumbLabel={words.sounds.volume}
              min={5}
              max={100}
              step={5}
              value={sound.volume}
              onChange={sound.setVolume}
              onChangeEnd={() => sound.try('allocated')}
            />
          </div>
          <ul className={classes.list} aria-label={words.sounds.each}>
            {(Object.keys(cues) as Cue[]).map((cue) => (
              <li key={cue}>
                <Group justify="space-between" wrap="nowrap">
                  <Text size="sm">{nameOf(cue)}</Text>
                  <Button
                    size="compact-sm"
                    variant="default"
                    leftSection={<IconPlayerPlay size={14} aria-hidden />}
                    aria-label={words.sounds.tryOf(nameOf(cue))}
                    onClick={() => sound.try(cue)}
                  >
                    {words.sounds.try}
                  </Button>
                </Group>
              </li>
            ))}
          </ul>
        </Stack>
      </Modal>
    </>
  );
}
