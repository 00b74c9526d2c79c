import { Text } from '@mantine/core';
import type { RunPeriodOfTracker } from '../../../../src-shared/contract/run-periods.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { statusNames } from '../../../strings/common.ts';
import { trackers } from '../../../strings/trackers.ts';

/** The latest earlier period of the present client that ended with a status. The list begins with the latest. */
function earlierOf(periods: readonly RunPeriodOfTracker[]): RunPeriodOfTracker | undefined {
  const present = periods.find(({ to }) => to === null);
  return present && periods.find((one) => one !== present && one.client.id === present.client.id);
}

/** What the status was before the present run period began, beside one that isn't known yet. */
export function EarlierStatus({ trackerId }: { trackerId: number }) {
  const { data } = useOperation('listTrackerGoods', { params: { trackerId } });
  const earlier = data && earlierOf(data.items);
  if (!earlier?.lastStatus) return null;
  return (
    <Text size="sm" c="dimmed">
      {trackers.periods.before(statusNames[earlier.lastStatus], earlier.productionRun.name)}
    </Text>
  );
}
