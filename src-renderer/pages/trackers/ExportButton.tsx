import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { urlOf } from '../../../src-shared/contract/api-client.ts';
import { type TrackerColumn, trackerColumnIds } from '../../../src-shared/contract/trackers.ts';
import { download } from '../../api/download.ts';
import { useHiddenColumns } from '../../components/data-table/columns.ts';
import { trackers as words } from '../../strings/trackers.ts';
import { trackerColumns } from './columns.tsx';
import type { TrackerQuery, TrackerSort } from './filters.ts';

interface Props {
  table: string;
  query: TrackerQuery;
  sort: TrackerSort;
}

/** Saves the list as it is shown: these filters, this order, these columns, all rows. */
export function ExportButton({ table, query, sort }: Props) {
  const [hidden] = useHiddenColumns(table, trackerColumns);
  const shown = trackerColumns.map(({ id }) => id).filter((id) => !hidden.includes(id));
  const columns = trackerColumnIds.filter((id: TrackerColumn) => shown.includes(id)).join();
  const day = new Date().toISOString().slice(0, 10);
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={15} aria-hidden />}
      onClick={() =>
        void download(urlOf('exportTrackers', { query: { ...query, sort, columns } }), `trackers ${day}.csv`)
      }
    >
      {words.export}
    </Button>
  );
}
