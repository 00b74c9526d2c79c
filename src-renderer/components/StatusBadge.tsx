import { Tooltip } from '@mantine/core';
import type { Status } from '../../src-shared/contract/status.ts';
import { statusHints, statusNames } from '../strings/common.ts';
import { statusLooks } from '../theme/status.ts';
import classes from './StatusBadge.module.css';

/** A status as icon, colour and word. */
export function StatusBadge({ status, suffix }: { status: Status; suffix?: string }) {
  const { icon: Icon, ...look } = statusLooks[status];
  return (
    <Tooltip label={statusHints[status]}>
      <span className={classes.badge} style={{ color: look.text, background: look.fill, borderColor: look.color }}>
        <Icon size={13} stroke={2} aria-hidden />
        {statusNames[status]}
        {suffix && <span className={classes.suffix}>{suffix}</span>}
      </span>
    </Tooltip>
  );
}
