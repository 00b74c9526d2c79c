import { IconEarOff } from '@tabler/icons-react';
import { scanStation as words } from '../../../strings/scan-station.ts';
import classes from './NotListening.module.css';

/** Over the whole station while the window has no focus: nobody scans a box into nothing. */
export function NotListening() {
  return (
    <button type="button" className={classes.cover} onClick={() => window.focus()} data-testid="not-listening">
      <IconEarOff className={classes.icon ?? ''} stroke={2} aria-hidden />
      <strong>{words.notListening}</strong>
      <span>{words.notListeningHint}</span>
    </button>
  );
}
