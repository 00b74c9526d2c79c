import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { usePageTitle } from '../stores/page-title.ts';
import { common } from '../strings/common.ts';
import type { GlossaryTerm } from '../strings/glossary.ts';
import classes from './Page.module.css';
import { Term } from './Term.tsx';

interface Props {
  /** Plain words: shown as the heading, in the breadcrumbs and in the window's title. */
  title: string;
  /** What to show as the heading instead, for instance a MAC address with a badge. */
  heading?: ReactNode;
  /** What a question mark behind the heading explains. */
  term?: GlossaryTerm;
  description?: ReactNode;
  actions?: ReactNode;
  /** The content fills the window and scrolls by itself (a table, a map) instead of the page scrolling. */
  fill?: boolean;
  /** In a narrow window the content takes the whole window below the header; the heading is only read out. */
  edge?: boolean;
  children: ReactNode;
}

/** Frame of every page: heading, one line that says what it is for, actions, content. */
export function Page({ title, heading, term, description, actions, fill = false, edge = false, children }: Props) {
  const set = usePageTitle((state) => state.set);
  useEffect(() => {
    set(title);
    document.title = `${title} · ${common.product}`;
    return () => set(null);
  }, [title, set]);
  return (
    <div className={classes.root} data-fill={fill || undefined} data-edge={edge || undefined}>
      <Group className={classes.head} justify="space-between" align="flex-start" gap="sm">
        <div className={classes.words}>
          {term ? (
            <Group gap={4} wrap="nowrap">
              <Title order={1}>{heading ?? title}</Title>
              <Term of={term} />
            </Group>
          ) : (
            <Title order={1}>{heading ?? title}</Title>
          )}
          {description && (
            <Text size="sm" c="dimmed" component="div">
              {description}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      <div className={classes.content}>{children}</div>
    </div>
  );
}
