import { Anchor } from '@mantine/core';
import { Link, useNavigate } from 'react-router';
import type { ProductionRun } from '../../../../src-shared/contract/clients.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { StatusCounts } from '../../../components/StatusCounts.tsx';
import { CalendarDate } from '../../../components/Time.tsx';
import { count } from '../../../strings/format.ts';
import { overview as words } from '../../../strings/overview.ts';
import classes from './Overview.module.css';

const columns: Column<ProductionRun>[] = [
  {
    id: 'name',
    header: words.run.name,
    cell: (run) => (
      <Anchor component={Link} to={`/production-runs/${run.id}`} size="sm">
        {run.name}
      </Anchor>
    ),
  },
  { id: 'client', header: words.run.client, width: 150, cell: (run) => run.client.name },
  { id: 'ends', header: words.run.ends, width: 110, cell: (run) => <CalendarDate value={run.endDate} /> },
  { id: 'trackers', header: words.run.trackers, width: 84, align: 'right', cell: (run) => count(run.trackerCount) },
  { id: 'statuses', header: words.run.statuses, width: 170, cell: (run) => <StatusCounts counts={run.statusCounts} /> },
];

/** The runs that are fetched now, with how far their trackers are. */
export function ActiveRuns() {
  const pages = usePages('listProductionRuns', { query: { phase: 'active' } });
  const navigate = useNavigate();
  return (
    <Panel
      title={words.runs}
      flush
      className={`${classes.wide} ${classes.tall}`}
      actions={
        <Anchor component={Link} to="/production-runs" size="sm">
          {words.all}
        </Anchor>
      }
    >
      <DataTable
        name="overview-runs"
        label={words.runsLabel}
        columns={columns}
        pages={pages}
        rowKey={(run) => run.id}
        onOpen={(run) => navigate(`/production-runs/${run.id}`)}
        maxHeight={520}
        flush
        empty={<EmptyState title={words.noRuns} />}
      />
    </Panel>
  );
}
