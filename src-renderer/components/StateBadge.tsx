import type { IconProps } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import classes from './StateBadge.module.css';

/** good: done or at work as it should; busy: under way; quiet: over, or not in question; warn, bad: wants a person. */
export type StateTone = 'good' | 'busy' | 'quiet' | 'warn' | 'bad';

/** The state of something (a batch, an order, a job) as icon, colour and word. Statuses of trackers have their own. */
export function StateBadge({
  tone,
  icon: Icon,
  label,
}: {
  tone: StateTone;
  icon: ComponentType<IconProps>;
  label: string;
}) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon size={13} stroke={2} aria-hidden />
      {label}
    </span>
  );
}
