import { Button, Group, Kbd, TextInput } from '@mantine/core';
import type { RefObject } from 'react';
import { scanStation as words } from '../../strings/scan-station.ts';
import classes from './Station.module.css';

interface Props {
  field: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (value: string) => void;
  onEnter: () => void;
}

const keys = [
  ['Ctrl Z', words.shortcuts.undo],
  ['F2', words.shortcuts.field],
  ['F4', words.shortcuts.mute],
  ['F8', words.shortcuts.other],
] as const;

/** For labels that no scanner reads: type, or paste a list. The keys of the station stand beside it. */
export function ManualEntry({ field, value, onChange, onEnter }: Props) {
  return (
    <footer className={classes.entry}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          onEnter();
        }}
      >
        <TextInput
          ref={field}
          flex={1}
          size="md"
          label={words.manual}
          placeholder={words.manualPlaceholder}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit" size="md" variant="default" disabled={value.trim() === ''}>
          {words.enter}
        </Button>
      </form>
      <Group gap="md" component="ul" className={classes.keys} aria-label={words.shortcuts.label}>
        {keys.map(([key, label]) => (
          <li key={key}>
            <Kbd>{key}</Kbd> {label}
          </li>
        ))}
      </Group>
    </footer>
  );
}
