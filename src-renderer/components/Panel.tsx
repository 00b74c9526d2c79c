import { Group, Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './Panel.module.css';

interface Props {
  title: string;
  /** Controls at the right of the title. */
  actions?: ReactNode;
  /** No padding around the content: maps and tables. */
  flush?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, actions, flush = false, className, children }: Props) {
  const id = useId();
  return (
    <Paper
      withBorder
      component="section"
      aria-labelledby={id}
      className={`${classes.root} ${className ?? ''}`}
      data-flush={flush || undefined}
    >
      <Group justify="space-between" gap="xs" className={classes.head ?? ''}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      <div className={classes.body}>{children}</div>
    </Paper>
  );
}
