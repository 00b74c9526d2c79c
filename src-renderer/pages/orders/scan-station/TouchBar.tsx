import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCamera } from '@tabler/icons-react';
import { scanStation as words } from '../../../strings/scan-station.ts';
import classes from './Touch.module.css';

interface Props {
  onUndo: () => void;
  camera: boolean;
  onCamera: () => void;
}

/** What keys do elsewhere, for hands that hold a handheld: large enough for gloves. */
export function TouchBar({ onUndo, camera, onCamera }: Props) {
  return (
    <div className={classes.bar} role="toolbar" aria-label={words.touch.label}>
      <Button
        size="lg"
        variant={camera ? 'filled' : 'default'}
        aria-pressed={camera}
        leftSection={<IconCamera size={22} aria-hidden />}
        onClick={onCamera}
      >
        {camera ? words.touch.cameraOff : words.touch.camera}
      </Button>
      <Button size="lg" variant="default" leftSection={<IconArrowBackUp size={22} aria-hidden />} onClick={onUndo}>
        {words.touch.undo}
      </Button>
    </div>
  );
}
