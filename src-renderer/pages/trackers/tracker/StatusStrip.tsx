import { Tooltip } from '@mantine/core';
import type { StatusHistoryEntry } from '../../../../src-shared/contract/trackers.ts';
import { Time } from '../../../components/Time.tsx';
import { statusNames } from '../../../strings/common.ts';
import { duration } from '../../../strings/format.ts';
import { tracker as words } from '../../../strings/trackers.ts';
import { statusLooks } from '../../../theme/status.ts';
import classes from './TrackerPage.module.css';

interface Props {
  /** Newest first, as the API gives them; superseded rows are left out here. */
  entries: StatusHistoryEntry[];
  /** Where the strip ends while the last status lasts. */
  endsAt: string;
}

/** The tracker's life as one bar: each status as long as it lasted. The table below says the same in words. */
export function StatusStrip({ entries, endsAt }: Props) {
  const rows = entries.filter((entry) => entry.supersededAt === null).reverse();
  const first = rows[0];
  if (!first) return null;
  const start = Date.parse(first.enteredAt);
  const end = Math.max(Date.parse(endsAt), start + 1);
  const share = (ms: number) => (100 * (ms - start)) / (end - start);
  return (
    <div className={classes.strip}>
      <div className={classes.bar} role="img" aria-label={words.history.strip}>
        {rows.map((entry) => {
          const from = Date.parse(entry.enteredAt);
          const to = Math.min(end, entry.leftAt ? Date.parse(entry.leftAt) : end);
          const { icon: Icon, fill, text, color } = statusLooks[entry.status];
          const name = entry.location?.name ?? statusNames[entry.status];
          const width = share(to) - share(from);
          return (
            <Tooltip key={entry.id} label={`${statusNames[entry.status]} · ${name} · ${duration((to - from) / 1000)}`}>
              <div
                className={classes.segment}
                style={{
                  left: `${share(from)}%`,
                  width: `${width}%`,
                  background: fill,
                  color: text,
                  boxShadow: `inset 0 -4px 0 ${color}`,
                  ...(width < 3 ? { padding: 0 } : {}),
                }}
              >
                {width >= 3 && <Icon size={12} aria-hidden />}
                {width >= 8 && name}
              </div>
            </Tooltip>
          );
        })}
      </div>
      <div className={classes.ends}>
        <Time value={first.enteredAt} />
        <Time value={new Date(end).toISOString()} />
      </div>
    </div>
  );
}
