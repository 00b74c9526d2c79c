import { useDebouncedCallback } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useCallback, useRef, useState } from 'react';
import type { Alert } from '../../../../src-shared/contract/alerts.ts';
import { call } from '../../../api/client.ts';
import { invalidateOperations } from '../../../api/invalidate.ts';
import { sentenceOf } from '../../../components/ErrorState.tsx';
import { formatInstant } from '../../../dates/format.ts';
import { alerts as words } from '../../../strings/alerts.ts';
import { chunks } from '../../trackers/assign.ts';

/** Who deals with an alert. */
export interface Assignee {
  id: number;
  name: string;
}
interface Done {
  text: string;
  undo: () => Promise<unknown>;
}

export interface Triage {
  acknowledge: (alerts: readonly Alert[], note?: string) => Promise<void>;
  assign: (alerts: readonly Alert[], to: Assignee | null) => Promise<void>;
  snooze: (alerts: readonly Alert[], until: string | null) => Promise<void>;
  undo: () => void;
  /** What was done last, in words; null when nothing is left to undo. */
  last: string | null;
}

const idsOf = (alerts: readonly Alert[]) => alerts.map(({ id }) => id);
/** In as many requests as it takes: all that match may be selected. */
async function send(
  operation: 'acknowledgeAlerts' | 'triageAlerts',
  { alertIds, ...body }: { alertIds: readonly number[] } & Record<string, unknown>,
): Promise<void> {
  for (const ids of chunks(alertIds))
    await call(operation, { body: { ...body, alertIds: ids } } as never, { idempotencyKey: crypto.randomUUID() });
}

/** Calls once for each value that alerts had before, with the ids of those that had it. */
const backTo = (alerts: readonly Alert[], before: (alert: Alert) => object) => async () => {
  const groups = Map.groupBy(alerts, (alert) => JSON.stringify(before(alert)));
  for (const [value, members] of groups)
    await send('triageAlerts', { alertIds: idsOf(members), ...(JSON.parse(value) as object) });
};

/** Acknowledges, assigns and snoozes alerts, one or many, and takes back what was done last, step by step. */
export function useTriage(): Triage {
  const done = useRef<Done[]>([]);
  const [last, setLast] = useState<string | null>(null);
  // Somebody who works through a list by keys is not held up by reading it again at each stroke.
  const refresh = useDebouncedCallback(
    () => invalidateOperations(['listAlerts', 'listAlertGroups', 'getAlertSummary', 'getOverview']),
    { delay: 400, flushOnUnmount: true },
  );
  const told = useCallback(() => setLast(done.current.at(-1)?.text ?? null), []);
  const act = useCallback(
    async (work: Promise<unknown>, step: Done | null) => {
      if (step) done.current.push(step);
      told();
      try {
        await work;
      } catch (error) {
        if (step) done.current = done.current.filter((each) => each !== step);
        told();
        notifications.show({ color: 'red', message: sentenceOf(error) });
      } finally {
        refresh();
      }
    },
    [refresh, told],
  );

  const acknowledge = useCallback(
    async (alerts: readonly Alert[], note = '') => {
      const open = alerts.filter(({ state }) => state === 'open');
      if (open.length === 0) return;
      await act(send('acknowledgeAlerts', { alertIds: idsOf(open), note }), {
        text: words.acknowledged(open.length),
        undo: () => send('triageAlerts', { alertIds: idsOf(open), reopen: true }),
      });
    },
    [act],
  );
  const assign = useCallback(
    (alerts: readonly Alert[], to: Assignee | null) =>
      act(send('triageAlerts', { alertIds: idsOf(alerts), assigneeId: to?.id ?? null }), {
        text: words.assigned(alerts.length, to?.name ?? null),
        undo: backTo(alerts, ({ assignment }) => ({ assigneeId: assignment?.to.id ?? null })),
      }),
    [act],
  );
  const snooze = useCallback(
    (alerts: readonly Alert[], until: string | null) =>
      act(send('triageAlerts', { alertIds: idsOf(alerts), snoozedUntil: until }), {
        text: words.snoozed(alerts.length, until && formatInstant(until)),
        undo: backTo(alerts, (alert) => ({ snoozedUntil: alert.snooze?.until ?? null })),
      }),
    [act],
  );
  const undo = useCallback(() => {
    const step = done.current.pop();
    if (step) void act(step.undo(), null);
  }, [act]);
  return { acknowledge, assign, snooze, undo, last };
}
