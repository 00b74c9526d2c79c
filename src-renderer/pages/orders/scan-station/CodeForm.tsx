import { Button, TextInput } from '@mantine/core';
import type { ReactNode, RefObject } from 'react';
import { scanStation as words } from '../../../strings/scan-station.ts';
import classes from './Station.module.css';

interface Props {
  field: RefObject<HTMLInputElement | null>;
  label: string;
  value: string;
  onChange: (value: string) => void;
  onEnter: () => void;
  /** Other ways to bring a code in. */
  children?: ReactNode;
}

/** Takes a code that no scanner reads. */
export function CodeForm({ field, label, value, onChange, onEnter, children }: Props) {
  return (
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
        label={label}
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
      {children}
    </form>
  );
}
