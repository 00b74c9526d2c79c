import { Text } from '@mantine/core';
import { IconChevronRight, IconCircleCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Panel } from '../../../components/Panel.tsx';
import { overview as words } from '../../../strings/overview.ts';
import type { AttentionItem } from './attention.ts';
import classes from './Overview.module.css';

/** What needs somebody, each with the way to where it is mended. */
export function AttentionList({ items }: { items: AttentionItem[] }) {
  return (
    <Panel title={words.attention} flush className={classes.attention}>
      {items.length === 0 ? (
        <div className={classes.allWell}>
          <IconCircleCheck size={22} color="var(--status-delivered)" aria-hidden />
          <div>
            <Text size="sm" fw={600}>
              {words.allWell}
            </Text>
            <Text size="xs" c="dimmed">
              {words.allWellHint}
            </Text>
          </div>
        </div>
      ) : (
        <ul className={classes.items}>
          {items.map(({ key, icon: Icon, title, detail, to }) => (
            <li key={key}>
              <Link to={to} className={classes.item ?? ''}>
                <Icon size={18} color="var(--attention)" aria-hidden />
                <span className={classes.words}>
                  <Text size="sm" fw={600} component="span" display="block">
                    {title}
                  </Text>
                  {detail && (
                    <Text size="xs" c="dimmed" component="span" display="block">
                      {detail}
                    </Text>
                  )}
                </span>
                <IconChevronRight size={16} aria-hidden />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
