import { ActionIcon, Select, Slider, Text } from '@mantine/core';
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { Time } from '../../components/Time.tsx';
import { formatInstant } from '../../dates/format.ts';
import { map } from '../../strings/map.ts';
import classes from './Replay.module.css';
import { type Replay, type Speed, speeds } from './use-replay.ts';

const { replay: words } = map;
/** Arrow keys move the slider by this much. */
const STEP_MS = 10 * 60_000;

/** Play and pause, the time on a slider with a tick for each change of a status, and how fast it passes. */
export function ReplayBar({ replay, ticks }: { replay: Replay; ticks: readonly number[] }) {
  const { span, at, playing, speed } = replay;
  if (!span) return null;
  return (
    <section className={classes.bar} aria-label={words.label}>
      <ActionIcon
        variant="filled"
        color="iris"
        size="lg"
        radius="xl"
        aria-label={playing ? words.pause : words.play}
        aria-keyshortcuts="Space"
        onClick={replay.toggle}
      >
        {playing ? <IconPlayerPauseFilled size={16} aria-hidden /> : <IconPlayerPlayFilled size={16} aria-hidden />}
      </ActionIcon>
      <Slider
        className={classes.slider ?? ''}
        size="sm"
        thumbLabel={words.time}
        thumbProps={{ 'aria-valuetext': formatInstant(at) } as never}
        label={(value) => formatInstant(value)}
        marks={ticks.map((value) => ({ value }))}
        min={span.from}
        max={span.to}
        step={Math.max(1, Math.min(STEP_MS, (span.to - span.from) / 10))}
        value={at}
        onChange={replay.seek}
      />
      <Text size="sm" fw={600} className={classes.moment ?? ''} component="div">
        <Time value={new Date(at).toISOString()} />
      </Text>
      <Select
        aria-label={words.speed}
        w={118}
        allowDeselect={false}
        data={speeds.map((value) => ({ value: String(value), label: words.speeds[value] }))}
        value={String(speed)}
        onChange={(value) => value && replay.setSpeed(Number(value) as Speed)}
      />
    </section>
  );
}
