import { Anchor, Checkbox, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { type BoxDifference, MAX_SETTLED } from '../../../src-shared/contract/box-differences.ts';
import { useCan } from '../../api/session.ts';
import { useOperation } from '../../api/use-operation.ts';
import { formatInstant } from '../../dates/format.ts';
import { boxDifferences as words } from '../../strings/box-differences.ts';
import { ErrorState } from '../ErrorState.tsx';
import classes from './BoxDifferences.module.css';
import { groupsOf } from './groups.ts';
import { SettleBar } from './SettleBar.tsx';

/** More are settled in turns. */
const SHOWN = 500;

interface Props {
  /** Only those of this order. */
  orderId?: number;
  /** While the database is away nothing is decided. */
  away?: boolean;
}

/** Devices that boxes and orders disagree about, by order and reason, to be settled by many. */
export function DifferencesPanel({ orderId, away = false }: Props) {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const maySettle = useCan('settleBoxDifferences') && !away;
  const { data, isError, error, refetch } = useOperation(
    'listBoxDifferences',
    { query: { limit: SHOWN, ...(orderId === undefined ? {} : { customerOrderId: orderId }) } },
    { refetchInterval: 10_000 },
  );
  if (isError) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const items = data?.items ?? [];
  const { toTakeOut = 0, toPutBack = 0 } = data?.counts ?? {};
  // What was settled elsewhere meanwhile is chosen no more.
  const still = items.filter(({ id }) => chosen.has(id));
  const set = (ids: readonly number[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    setChosen(next);
  };
  return (
    <Stack gap="sm" data-testid="box-differences">
      {groupsOf(items).map(({ key, order, kind, reason, members }) => {
        const ids = members.map(({ id }) => id);
        const on = ids.filter((id) => chosen.has(id)).length;
        return (
          <section key={key} className={classes.group} aria-label={`${order.number}: ${reason}`}>
            <div className={classes.groupHead}>
              {maySettle && (
                <Checkbox
                  checked={on === ids.length}
                  indeterminate={on > 0 && on < ids.length}
                  label={words.chooseAll(order.number, ids.length)}
                  onChange={({ currentTarget }) => set(ids, currentTarget.checked)}
                />
              )}
              {order.state !== null && orderId === undefined && (
                <Anchor component={Link} to={`/orders/${order.id}`} size="sm">
                  {order.number}
                </Anchor>
              )}
              <span className={classes.why}>
                <strong>{reason}</strong> <span className={classes.dim}>· {words.group[kind]}</span>
              </span>
            </div>
            <ul className={classes.rows}>
              {members.map((difference) => (
                <Row
                  key={difference.id}
                  difference={difference}
                  chosen={maySettle ? chosen.has(difference.id) : null}
                  onChoose={(next) => set([difference.id], next)}
                />
              ))}
            </ul>
          </section>
        );
      })}
      {items.length < toTakeOut + toPutBack && (
        <Text size="sm" c="dimmed">
          {words.more(items.length, toTakeOut + toPutBack)}
        </Text>
      )}
      {maySettle && items.length > 0 && (
        <SettleBar chosen={still.slice(0, MAX_SETTLED)} onSettled={() => setChosen(new Set())} />
      )}
    </Stack>
  );
}

interface RowProps {
  difference: BoxDifference;
  /** Null where it can't be chosen. */
  chosen: boolean | null;
  onChoose: (chosen: boolean) => void;
}

function Row({ difference, chosen, onChoose }: RowProps) {
  const { macAddress, scanned, scannedBy, scannedAt, console: where, decision } = difference;
  const code = macAddress ?? scanned;
  return (
    <li className={classes.row}>
      {chosen !== null && (
        <Checkbox
          checked={chosen}
          aria-label={words.choose(code)}
          onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
        />
      )}
      <code>{code}</code>
      <span className={classes.dim}>
        {words.scannedBy(scannedBy.name, formatInstant(scannedAt))}
        {scannedBy.disabled && ` (${words.disabled})`}
        {where && ` ${words.onConsole(where.name)}`}
      </span>
      {decision && (
        <span>
          {words.accepted(words.actions[decision.action], decision.by)}
          {decision.movedTo && `: ${words.into(decision.movedTo.number)}`}
          {decision.note && `, “${decision.note}”`}
        </span>
      )}
    </li>
  );
}
