import { Button, ScrollArea, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconRepeat } from '@tabler/icons-react';
import { formatClock, formatShortDayOf } from '../../../../dates/format.ts';
import { orders } from '../../../../strings/orders.ts';
import { returns as words } from '../../../../strings/returns.ts';
import classes from '../LastScans.module.css';
import { isReturned } from './return-entries.ts';
import { lookOfReturn } from './return-looks.ts';
import type { Returns } from './use-returns.ts';

/** What was scanned in Returns, newest first: which order each device came from, and its way back. */
export function ReturnsList({ entries, again, undo }: Returns) {
  return (
    <aside className={classes.last} aria-label={words.list}>
      <Title order={2}>{words.list}</Title>
      {entries.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      <ScrollArea className={classes.scroll} type="auto">
        <ol className={classes.rows}>
          {entries.map((entry) => {
            const { icon: Icon, tone, title } = lookOfReturn(entry, false);
            const code = entry.result?.macAddress ?? entry.text;
            return (
              <li key={entry.mutationId} className={classes.row} data-tone={tone}>
                <Icon size={20} className={classes.mark ?? ''} aria-hidden />
                <div className={classes.what}>
                  <code>{code}</code>
                  <span>
                    {[title, entry.result?.order?.number, orders.reasons[entry.reason], entry.trouble]
                      .filter(Boolean)
                      .join(' · ')}{' '}
                    · {formatShortDayOf(entry.at)}, {formatClock(entry.at)}
                  </span>
                </div>
                {isReturned(entry) && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    className={classes.undo ?? ''}
                    aria-label={words.undoOf(code)}
                    leftSection={<IconArrowBackUp size={14} aria-hidden />}
                    onClick={() => undo(entry)}
                  >
                    {words.undo}
                  </Button>
                )}
                {entry.state === 'failed' && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    className={classes.undo ?? ''}
                    aria-label={words.againOf(code)}
                    leftSection={<IconRepeat size={14} aria-hidden />}
                    onClick={() => again(entry)}
                  >
                    {words.again}
                  </Button>
                )}
              </li>
            );
          })}
        </ol>
      </ScrollArea>
    </aside>
  );
}
