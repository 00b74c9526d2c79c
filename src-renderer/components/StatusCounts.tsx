import { Stack, Tooltip } from '@mantine/core';
import { type Status, statuses } from '../../src-shared/contract/status.ts';
import { statusNames } from '../strings/common.ts';
import { count } from '../strings/format.ts';
import { statusLooks } from '../theme/status.ts';
import classes from './StatusBadge.module.css';

/** Trackers by status as one bar; with `legend`, the figures below it in words and icons. */
export function StatusCounts({ counts, legend = false }: { counts: Record<Status, number>; legend?: boolean }) {
  const total = statuses.reduce((sum, status) => sum + counts[status], 0);
  const words = statuses.map((status) => `${statusNames[status]} ${count(counts[status])}`).join(', ');
  return (
    <Stack gap={6}>
      <Tooltip label={words} disabled={legend}>
        <div className={classes.bar} role="img" aria-label={words}>
          {statuses
            .filter((status) => counts[status] > 0)
            .map((status) => (
              <div
                key={status}
                style={{ width: `${(100 * counts[status]) / total}%`, background: statusLooks[status].color }}
              />
            ))}
        </div>
      </Tooltip>
      {legend && (
        <ul className={classes.legend}>
          {statuses.map((status) => {
            const { icon: Icon, color } = statusLooks[status];
            return (
              <li key={status}>
                <Icon size={14} color={color} aria-hidden />
                {statusNames[status]}
                <strong>{count(counts[status])}</strong>
              </li>
            );
          })}
        </ul>
      )}
    </Stack>
  );
}
