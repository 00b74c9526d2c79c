import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { Tracker } from '../../../../src-shared/contract/trackers.ts';
import { useCan } from '../../../api/session.ts';
import { Battery, batteryIn, hasBattery } from '../../../components/Battery.tsx';
import { Facts } from '../../../components/Facts.tsx';
import { MacAddress } from '../../../components/MacAddress.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { Time } from '../../../components/Time.tsx';
import { locationKindNames, stageNames } from '../../../strings/common.ts';
import { count, distance, nearestCity } from '../../../strings/format.ts';
import { tracker as words } from '../../../strings/trackers.ts';

const { fact: names } = words;

/** What is known about the device, with links to what it belongs to. */
export function DeviceFacts({ tracker, className }: { tracker: Tracker; className?: string | undefined }) {
  const seesOrders = useCan('getCustomerOrder');
  const seesBatches = useCan('getKeyBatch');
  const { lastReport: last, location, productionRun, customerOrder, keyBatch } = tracker;
  return (
    <Panel title={words.facts} className={className}>
      <Facts
        facts={[
          {
            label: names.location,
            value: location && (
              <Anchor component={Link} to={`/locations?kind=${location.kind}&location=${location.id}`} size="sm">
                {location.name} ({locationKindNames[location.kind].toLowerCase()})
              </Anchor>
            ),
          },
          { label: names.statusSince, value: tracker.statusSince && <Time value={tracker.statusSince} /> },
          { label: names.lastReported, value: <Time value={last?.reportedAt} /> },
          { label: names.nearestCity, value: nearestCity(last?.nearestCity ?? null) },
          {
            label: names.position,
            value: last && (
              <MacAddress
                value={last.position.coordinates
                  .map((n) => n.toFixed(5))
                  .reverse()
                  .join(', ')}
              />
            ),
          },
          { label: names.accuracy, value: last && `± ${distance(last.horizontalAccuracyM)}` },
          { label: names.battery, value: last && hasBattery(last) && <Battery {...batteryIn(last)} /> },
          { label: names.client, value: tracker.client?.name },
          { label: names.brand, value: tracker.brand?.name },
          {
            label: names.productionRun,
            value: productionRun && (
              <Anchor component={Link} to={`/production-runs/${productionRun.id}`} size="sm">
                {productionRun.name}
              </Anchor>
            ),
          },
          {
            label: names.order,
            value:
              customerOrder &&
              (seesOrders ? (
                <Anchor component={Link} to={`/orders/${customerOrder.id}`} size="sm">
                  {customerOrder.number}
                </Anchor>
              ) : (
                customerOrder.number
              )),
          },
          {
            label: names.keyBatch,
            value:
              keyBatch &&
              (seesBatches ? (
                <Anchor component={Link} to={`/key-batches/${keyBatch.id}`} size="sm">
                  {keyBatch.name}
                </Anchor>
              ) : (
                keyBatch.name
              )),
          },
          { label: names.stage, value: stageNames[tracker.stage] },
          { label: names.serial, value: tracker.serialNumber },
          { label: names.reports, value: count(tracker.reportCount) },
          { label: names.hashedKey, value: <MacAddress value={tracker.hashedAdvertisementKey} /> },
          { label: names.advertisementKey, value: <MacAddress value={tracker.advertisementKey} /> },
          { label: names.created, value: <Time value={tracker.createdAt} /> },
        ]}
      />
    </Panel>
  );
}
