import { Alert, Button, Group } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useCan } from '../../../api/session.ts';
import { Time } from '../../../components/Time.tsx';
import { orders } from '../../../strings/orders.ts';
import { trackers, tracker as words } from '../../../strings/trackers.ts';
import { bringBack } from '../RetireModal.tsx';

/** Says that the tracker is out of use, and takes it back. Nothing while it is in use. */
export function RetiredAlert({ tracker: { id, retired } }: { tracker: Tracker }) {
  const mayBringBack = useCan('bringBackTrackers');
  if (!retired) return null;
  return (
    <Alert
      color="gray"
      icon={<IconArchive aria-hidden />}
      title={trackers.retired(orders.reasons[retired.reason])}
      mb="sm"
    >
      <Group justify="space-between" gap="sm">
        <span>
          {words.retiredSince} <Time value={retired.at} />. {words.retiredHint}
        </span>
        {mayBringBack && (
          <Button variant="default" onClick={() => void bringBack([id])}>
            {trackers.bringBack}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
