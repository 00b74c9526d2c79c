import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import type { Tracker } from '../../../src-shared/contract/trackers.ts';
import { Battery, batteryIn } from '../../components/Battery.tsx';
import type { Column } from '../../components/DataTable.tsx';
import { MacAddress } from '../../components/MacAddress.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { stageNames } from '../../strings/common.ts';
import { count, nearestCity } from '../../strings/format.ts';
import { orders } from '../../strings/orders.ts';
import { trackers as words } from '../../strings/trackers.ts';

const { columns: names } = words;

/** What people call a tracker: its name, else what it is fixed to, else its serial number. */
const ownName = ({ serialNumber, runPeriod }: Tracker): string =>
  runPeriod?.name || runPeriod?.goodsReference || runPeriod?.tags.join(', ') || serialNumber || '';
const link = (id: number, name: string) => (
  <Anchor component={Link} to={`/trackers/${id}`} size="sm">
    {name}
  </Anchor>
);

/** The columns of the list of trackers; those that few people need are hidden at first. */
export const trackerColumns: Column<Tracker>[] = [
  {
    id: 'name',
    header: names.name,
    sort: 'name',
    width: 130,
    fixed: true,
    cell: (tracker) => {
      const { id, macAddress } = tracker;
      return link(id, ownName(tracker) || (macAddress ? words.unnamed(id) : words.noMac(id)));
    },
    title: (tracker) => {
      const { id, macAddress } = tracker;
      const name = ownName(tracker);
      if (!macAddress) return link(id, name || words.noMac(id));
      if (!name) return <MacAddress value={macAddress} to={`/trackers/${id}`} />;
      return (
        <>
          {link(id, name)} <MacAddress value={macAddress} />
        </>
      );
    },
  },
  {
    id: 'goodsReference',
    header: names.goodsReference,
    sort: 'goodsReference',
    term: 'goodsReference',
    width: 176,
    cell: ({ runPeriod }) => runPeriod?.goodsReference,
  },
  { id: 'tags', header: names.tags, width: 90, cell: ({ runPeriod }) => runPeriod?.tags.join(', ') },
  {
    id: 'mac',
    header: names.mac,
    width: 172,
    sort: 'macAddress',
    cell: ({ id, macAddress }) => macAddress && <MacAddress value={macAddress} to={`/trackers/${id}`} />,
  },
  {
    id: 'status',
    header: names.status,
    fact: true,
    sort: 'status',
    width: 122,
    cell: ({ retired, status }) =>
      retired ? words.retired(orders.reasons[retired.reason]) : <StatusBadge status={status} />,
  },
  {
    id: 'statusSince',
    header: names.statusSince,
    sort: 'statusSince',
    width: 108,
    hidden: true,
    cell: (tracker) => <Time value={tracker.statusSince} relative absent="" />,
  },
  { id: 'location', header: names.location, fact: true, sort: 'location', cell: (tracker) => tracker.location?.name },
  {
    id: 'lastReported',
    header: names.lastReported,
    fact: true,
    width: 124,
    sort: 'lastReportedAt',
    cell: (tracker) => <Time value={tracker.lastReport?.reportedAt} relative />,
  },
  {
    id: 'nearestCity',
    header: names.nearestCity,
    sort: 'nearestCity',
    width: 170,
    cell: (tracker) => nearestCity(tracker.lastReport?.nearestCity ?? null),
  },
  {
    id: 'position',
    header: names.position,
    width: 168,
    hidden: true,
    cell: ({ lastReport }) =>
      lastReport && (
        <MacAddress
          value={[...lastReport.position.coordinates]
            .reverse()
            .map((n) => n.toFixed(5))
            .join(', ')}
        />
      ),
  },
  {
    id: 'battery',
    header: names.battery,
    sort: 'battery',
    width: 96,
    cell: (tracker) => tracker.lastReport && <Battery {...batteryIn(tracker.lastReport)} />,
  },
  { id: 'client', header: names.client, sort: 'client', cell: (tracker) => tracker.client?.name },
  { id: 'brand', header: names.brand, sort: 'brand', hidden: true, cell: (tracker) => tracker.brand?.name },
  {
    id: 'productionRun',
    header: names.productionRun,
    sort: 'productionRun',
    cell: (tracker) => tracker.productionRun?.name,
  },
  { id: 'note', header: names.note, width: 200, hidden: true, cell: ({ runPeriod }) => runPeriod?.note },
  {
    id: 'order',
    header: names.order,
    sort: 'order',
    width: 120,
    hidden: true,
    cell: (tracker) => tracker.customerOrder?.number,
  },
  { id: 'stage', header: names.stage, width: 112, hidden: true, cell: (tracker) => stageNames[tracker.stage] },
  {
    id: 'serial',
    header: names.serial,
    sort: 'serial',
    width: 130,
    hidden: true,
    cell: (tracker) => tracker.serialNumber,
  },
  { id: 'keyBatch', header: names.keyBatch, sort: 'keyBatch', hidden: true, cell: (tracker) => tracker.keyBatch?.name },
  {
    id: 'reports',
    header: names.reports,
    sort: 'reports',
    width: 86,
    align: 'right',
    hidden: true,
    cell: (tracker) => count(tracker.reportCount),
  },
  {
    id: 'hashedKey',
    header: names.hashedKey,
    width: 330,
    hidden: true,
    cell: (tracker) => <MacAddress value={tracker.hashedAdvertisementKey} />,
  },
];
