import { Anchor, Text, Tooltip } from '@mantine/core';
import { IconCircle, IconCircleCheck, IconUserCheck, IconZzz } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Alert, AlertState } from '../../../../src-shared/contract/alerts.ts';
import type { Column } from '../../../components/DataTable.tsx';
import { SeverityBadge } from '../../../components/SeverityBadge.tsx';
import { StateBadge, type StateTone } from '../../../components/StateBadge.tsx';
import { Time } from '../../../components/Time.tsx';
import { formatInstant } from '../../../dates/format.ts';
import { evidenceOf, alerts as words } from '../../../strings/alerts.ts';

const { columns: names } = words;
const states: Record<AlertState, { tone: StateTone; icon: typeof IconCircle }> = {
  open: { tone: 'warn', icon: IconCircle },
  acknowledged: { tone: 'busy', icon: IconUserCheck },
  resolved: { tone: 'quiet', icon: IconCircleCheck },
};

/** Where the evidence is: the tracker at that time, the silent trackers of the run, or the report sources. */
export const evidencePath = ({ tracker, productionRun, evidenceAt }: Alert): string => {
  if (tracker) return `/trackers/${tracker.id}?at=${encodeURIComponent(evidenceAt)}`;
  return productionRun ? `/reports?report=silent-trackers&productionRunId=${productionRun.id}` : '/fetcher';
};

const nameOf = ({ tracker, productionRun, reportSource }: Alert): string =>
  tracker ? words.tracker(tracker.macAddress, tracker.id) : ((productionRun ?? reportSource)?.name ?? '');

export const columns: Column<Alert>[] = [
  {
    id: 'severity',
    header: names.severity,
    fact: true,
    sort: 'severity',
    width: 104,
    cell: (alert) => <SeverityBadge severity={alert.severity} />,
  },
  {
    id: 'kind',
    header: names.kind,
    heads: true,
    width: 186,
    fixed: true,
    cell: (alert) => words.kinds[alert.kind],
  },
  {
    id: 'about',
    header: names.about,
    fact: true,
    width: 150,
    cell: (alert) => (
      <Anchor component={Link} to={evidencePath(alert)} size="sm">
        {nameOf(alert)}
      </Anchor>
    ),
  },
  { id: 'evidence', header: names.evidence, fact: true, width: 240, cell: evidenceOf },
  { id: 'at', header: names.at, sort: 'at', width: 166, cell: (alert) => <Time value={alert.evidenceAt} /> },
  { id: 'run', header: names.run, width: 150, cell: (alert) => alert.productionRun?.name },
  { id: 'client', header: names.client, width: 140, hidden: true, cell: (alert) => alert.client?.name },
  { id: 'place', header: names.place, width: 150, hidden: true, cell: (alert) => alert.place },
  {
    id: 'raised',
    header: names.raised,
    sort: 'raised',
    width: 184,
    hidden: true,
    cell: (alert) => <Time value={alert.raisedAt} />,
  },
  { id: 'state', header: names.state, width: 150, cell: (alert) => <State alert={alert} /> },
];

/** Only staff are told who of them deals with an alert. */
export const staffColumns: Column<Alert>[] = [
  ...columns,
  {
    id: 'assignee',
    header: names.assignee,
    width: 140,
    cell: ({ assignment }) =>
      assignment && (
        <Tooltip label={words.assignedBy(assignment.by, formatInstant(assignment.at))}>
          <span>{assignment.to.name}</span>
        </Tooltip>
      ),
  },
];

function State({ alert }: { alert: Alert }) {
  const badge = <StateBadge {...states[alert.state]} label={words.states[alert.state]} />;
  const { acknowledgement, snooze } = alert;
  if (snooze)
    return (
      <Tooltip label={words.snoozedUntil(formatInstant(snooze.until), snooze.by)}>
        <span>
          <StateBadge tone="quiet" icon={IconZzz} label={words.states.snoozed} />
        </span>
      </Tooltip>
    );
  if (!acknowledgement?.by) return badge;
  return (
    <Tooltip label={words.by(acknowledgement.by, acknowledgement.note)} multiline maw={360}>
      <span>
        {badge}{' '}
        <Text span size="xs" c="dimmed">
          {acknowledgement.by}
        </Text>
      </span>
    </Tooltip>
  );
}
