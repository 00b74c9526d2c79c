import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Sheet, type SheetState } from '../../components/Sheet.tsx';
import { useNarrow } from '../../hooks/use-phone.ts';
import { map as words } from '../../strings/map.ts';
import classes from './MapPage.module.css';

interface Props {
  /** Says in a line what the list holds. */
  head: string;
  /** Whether something is looked at for which the list makes room: a tracker, a replay. */
  chosen: boolean;
  /** Whether the map plays what it shows: its controls and the map come first then. */
  plays: boolean;
  children: React.ReactNode;
}

/** What the map shows as a list: beside the map, and as a sheet from below where there is no room beside it. */
export function MapSide({ head, chosen, plays, children }: Props) {
  const narrow = useNarrow();
  const [state, setState] = useState<SheetState>('closed');
  // What was just chosen on the map is shown; its half still leaves the map.
  useEffect(() => setState(chosen && !plays ? 'half' : 'closed'), [chosen, plays]);
  const line = (
    <Text size="sm" fw={600} component="span" aria-live="polite">
      {head}
    </Text>
  );
  if (narrow)
    return (
      <Sheet label={words.list} head={line} state={state} onState={setState}>
        {children}
      </Sheet>
    );
  return (
    <section className={classes.side} aria-label={words.list}>
      {!chosen && <div className={classes.sideHead}>{line}</div>}
      <div className={classes.sideBody}>{children}</div>
    </section>
  );
}
