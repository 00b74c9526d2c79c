import { Paper, Text } from '@mantine/core';
import type { IconProps } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './Stat.module.css';

interface Props {
  label: string;
  value: ReactNode;
  /** A second line: what the figure is out of, or since when. */
  hint?: ReactNode;
  icon?: ComponentType<IconProps>;
  /** Needs somebody's attention. */
  attention?: boolean;
  to?: string;
}

/** One figure with its name; a link where there is more to see. */
export function Stat({ label, value, hint, icon: Icon, attention = false, to }: Props) {
  const content = (
    <>
      <Text size="xs" c="dimmed" className={classes.label}>
        {Icon && <Icon size={15} aria-hidden />}
        {label}
      </Text>
      <div className={classes.value}>{value}</div>
      {hint && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
    </>
  );
  const shared = { withBorder: true, className: classes.root, mod: { attention } };
  return to ? (
    <Paper component={Link} to={to} {...shared}>
      {content}
    </Paper>
  ) : (
    <Paper {...shared}>{content}</Paper>
  );
}
