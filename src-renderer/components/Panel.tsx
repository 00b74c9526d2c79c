import { Group, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useLocation } from 'react-router';
import type { GlossaryTerm } from '../strings/glossary.ts';
import classes from './Panel.module.css';
import { Term } from './Term.tsx';

interface Props {
  title: string;
  /** What stands behind # in an address that leads here. */
  anchor?: string;
  /** What a question mark behind the title explains. */
  term?: GlossaryTerm;
  /** Small words beside the title: whose days its figures are counted by. */
  hint?: string | undefined;
  /** Controls at the right of the title. */
  actions?: ReactNode;
  /** No padding around the content: maps and tables. */
  flush?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, anchor, term, hint, actions, flush = false, className, children }: Props) {
  const id = useId();
  const { hash } = useLocation();
  const panel = useRef<HTMLDivElement>(null);
  const meant = anchor !== undefined && hash === `#${anchor}`;
  useEffect(() => {
    if (meant) panel.current?.scrollIntoView();
  }, [meant]);
  return (
    <Paper
      withBorder
      ref={panel}
      component="section"
      aria-labelledby={id}
      className={`${classes.root} ${className ?? ''}`}
      data-flush={flush || undefined}
    >
      <Group justify="space-between" gap="xs" className={classes.head ?? ''}>
        <Group gap={8} align="baseline">
          <Group gap={4} wrap="nowrap">
            <Title order={2} id={id}>
              {title}
            </Title>
            {term && <Term of={term} />}
          </Group>
          {hint && (
            <Text size="xs" c="dimmed">
              {hint}
            </Text>
          )}
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      <div className={classes.body}>{children}</div>
    </Paper>
  );
}
