import { UnstyledButton } from '@mantine/core';
import { type PointerEvent, type ReactNode, useRef, useState } from 'react';
import classes from './Sheet.module.css';

/** How much of a sheet shows: its head alone, half, or all of it. */
export type SheetState = 'closed' | 'half' | 'open';
const states: SheetState[] = ['closed', 'half', 'open'];
const next: Record<SheetState, SheetState> = { closed: 'half', half: 'open', open: 'closed' };
/** Shares of what lies behind it. */
const shares: Record<SheetState, number> = { closed: 0, half: 0.5, open: 1 };

interface Props {
  label: string;
  head: ReactNode;
  state: SheetState;
  onState: (state: SheetState) => void;
  children: ReactNode;
}

/** A sheet from below, over a map on a phone. Its head is pulled, or pressed to show more of it. */
export function Sheet({ label, head, state, onState, children }: Props) {
  const sheet = useRef<HTMLElement>(null);
  const pull = useRef<{ y: number; height: number; moved: boolean } | null>(null);
  const [height, setHeight] = useState<number | null>(null);
  const begin = (event: PointerEvent<HTMLButtonElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    pull.current = { y: event.clientY, height: sheet.current?.offsetHeight ?? 0, moved: false };
  };
  const move = (event: PointerEvent) => {
    const { current } = pull;
    if (!current) return;
    const up = current.y - event.clientY;
    if (Math.abs(up) > 6) current.moved = true;
    if (current.moved) setHeight(current.height + up);
  };
  const end = () => {
    const moved = pull.current?.moved;
    pull.current = null;
    const room = sheet.current?.parentElement?.clientHeight ?? 0;
    if (moved && height !== null && room > 0) onState(nearest(height / room));
    setHeight(null);
    return moved;
  };
  const dragged = useRef(false);
  return (
    <section
      ref={sheet}
      className={classes.sheet}
      data-state={state}
      data-pulled={height !== null || undefined}
      aria-label={label}
      style={height === null ? undefined : { height }}
    >
      <UnstyledButton
        className={classes.head ?? ''}
        aria-expanded={state !== 'closed'}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={() => {
          dragged.current = end() ?? false;
        }}
        onPointerCancel={end}
        onClick={() => {
          if (!dragged.current) onState(next[state]);
          dragged.current = false;
        }}
      >
        <span className={classes.grip} />
        {head}
      </UnstyledButton>
      <div className={classes.body} inert={state === 'closed'}>
        {children}
      </div>
    </section>
  );
}

const nearest = (share: number): SheetState =>
  states.reduce((best, state) => (Math.abs(shares[state] - share) < Math.abs(shares[best] - share) ? state : best));
