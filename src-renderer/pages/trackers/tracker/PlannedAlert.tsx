import { Alert, Button, Group } from '@mantine/core';
import { IconCalendarEvent } from '@tabler/icons-react';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useCan } from '../../../api/session.ts';
import { Time } from '../../../components/Time.tsx';
import { tracker as words } from '../../../strings/trackers.ts';
import { cancelPlanned } from '../assign.ts';

/** Says which move is planned for the tracker, and cancels it. Nothing where none is. */
export function PlannedAlert({ tracker: { id, planned } }: { tracker: Tracker }) {
  const mayCancel = useCan('cancelPlannedPeriods');
  if (!planned) return null;
  return (
    <Alert color="iris" icon={<IconCalendarEvent aria-hidden />} mb="sm">
      <Group justify="space-between" gap="sm">
        <span>
          {words.planned(planned.productionRun?.name ?? null)}: <Time value={planned.beginsAt} />
        </span>
        {mayCancel && (
          <Button variant="default" onClick={() => void cancelPlanned([id])}>
            {words.cancelPlanned}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
