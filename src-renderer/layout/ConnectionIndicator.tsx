import { Group, Text, Tooltip } from '@mantine/core';
import { useWorkstation } from '../api/workstation.ts';
import { useConnection } from '../stores/connection.ts';
import { layout } from '../strings/layout.ts';
import classes from './Header.module.css';

/** Says whether the screen is live: by shape, colour and word; announced to screen readers when it changes. */
export function ConnectionIndicator() {
  const stream = useConnection((connection) => connection.state);
  const link = useWorkstation().data?.link;
  // The stream of this console stands, but what it tells of is out of its reach.
  const state = stream === 'online' && link && link !== 'online' ? (link === 'offline' ? 'copy' : 'sending') : stream;
  return (
    <Tooltip label={layout.connection[`${state}Hint`]} multiline maw={280}>
      <Group gap={6} px={6} wrap="nowrap" role="status">
        <span className={classes.dot} data-state={state} aria-hidden />
        <Text
          className={classes.state ?? ''}
          data-state={state}
          size="xs"
          c={state === 'offline' || state === 'copy' ? 'var(--attention)' : 'dimmed'}
          fw={state === 'offline' || state === 'copy' ? 600 : 400}
        >
          {layout.connection[state]}
        </Text>
      </Group>
    </Tooltip>
  );
}
