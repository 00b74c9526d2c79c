import { Button, FileButton, Group, Kbd } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { type RefObject, useRef } from 'react';
import { scanStation as words } from '../../../strings/scan-station.ts';
import { CodeForm } from './CodeForm.tsx';
import classes from './Station.module.css';

interface Props {
  field: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (value: string) => void;
  onEnter: () => void;
  /** Opens the choice of a file when it is pressed; the station's key presses it too. */
  fileButton: RefObject<HTMLButtonElement | null>;
  onFile: (file: File) => void;
}

const keys = [
  ['Ctrl Z', words.shortcuts.undo],
  ['F2', words.shortcuts.field],
  ['F6', words.shortcuts.file],
  ['F4', words.shortcuts.mute],
  ['F8', words.shortcuts.other],
] as const;

/** For labels that no scanner reads: type, paste a list, or choose a file of one. The keys of the station stand beside it. */
export function ManualEntry({ field, value, onChange, onEnter, fileButton, onFile }: Props) {
  const forget = useRef<() => void>(null);
  return (
    <footer className={classes.entry}>
      <CodeForm field={field} label={words.manual} value={value} onChange={onChange} onEnter={onEnter}>
        <FileButton
          resetRef={forget}
          accept=".csv,.txt,.tsv,text/csv,text/plain"
          onChange={(file) => {
            if (!file) return;
            // The same file, mended, is to be choosable again.
            forget.current?.();
            onFile(file);
          }}
        >
          {(props) => (
            <Button
              {...props}
              ref={fileButton}
              size="md"
              variant="default"
              leftSection={<IconFileUpload size={18} aria-hidden />}
              aria-keyshortcuts="F6"
            >
              {words.file}
            </Button>
          )}
        </FileButton>
      </CodeForm>
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
