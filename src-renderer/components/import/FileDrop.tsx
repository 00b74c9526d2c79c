import { Button, FileButton, Text } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { importing as words } from '../../strings/importing.ts';
import classes from './Import.module.css';

interface Props {
  /** As in the `accept` attribute; only a hint, since factories name files as they like. */
  accept: string;
  /** Which columns are looked for. */
  hint: string;
  disabled?: boolean;
  onFile: (file: File) => void;
}

/** Takes a file by drop or by button. */
export function FileDrop({ accept, hint, disabled = false, onFile }: Props) {
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent, inside: boolean) => {
    event.preventDefault();
    setOver(inside);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the second way; the button is the first
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragEnter={(event) => drag(event, true)}
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, event.currentTarget.contains(event.relatedTarget as Node | null))}
      onDrop={(event) => {
        drag(event, false);
        const file = event.dataTransfer.files[0];
        if (file && !disabled) onFile(file);
      }}
    >
      <IconFileUpload size={32} stroke={1.4} aria-hidden />
      <Text fw={600}>{words.drop}</Text>
      <Text size="sm" c="dimmed" maw={520} ta="center">
        {hint} {words.dropHint}
      </Text>
      <FileButton onChange={(file) => file && onFile(file)} accept={accept} disabled={disabled}>
        {(props) => (
          <Button {...props} variant="default" size="sm" loading={disabled}>
            {words.choose}
          </Button>
        )}
      </FileButton>
    </div>
  );
}
