import { Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import logo from '../../../icon.svg';
import { common } from '../../../strings/common.ts';
import classes from './EntryFrame.module.css';

interface Props {
  title: string;
  hint: string;
  wide?: boolean;
  children: ReactNode;
}

/** The frame of the two screens outside the layout: login and first-run set-up. */
export function EntryFrame({ title, hint, wide = false, children }: Props) {
  useEffect(() => {
    document.title = `${title} · ${common.product}`;
  }, [title]);
  return (
    <main className={classes.root}>
      <div className={classes.brand}>
        <img src={logo} alt="" width={36} height={36} />
        <Text fw={650} size="lg">
          {common.product}
        </Text>
      </div>
      <Paper withBorder shadow="sm" p="xl" className={classes.card ?? ''} data-wide={wide || undefined}>
        <Title order={1}>{title}</Title>
        <Text size="sm" c="dimmed" mb="md">
          {hint}
        </Text>
        {children}
      </Paper>
    </main>
  );
}
