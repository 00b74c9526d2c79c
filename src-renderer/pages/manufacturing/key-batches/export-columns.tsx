import { ActionIcon } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { urlOf } from '../../../../src-shared/contract/api-client.ts';
import type { ManufacturerExport } from '../../../../src-shared/contract/key-batches.ts';
import { download } from '../../../api/download.ts';
import type { Column } from '../../../components/DataTable.tsx';
import { CopyIcon } from '../../../components/MacAddress.tsx';
import { Time } from '../../../components/Time.tsx';
import { count } from '../../../strings/format.ts';
import { keyBatches } from '../../../strings/key-batches.ts';
import { DueDate } from './DueDate.tsx';

const { export: words } = keyBatches;

/** Saves the file of a recorded export, by the desktop's dialog where there is one. */
export const downloadExport = (manufacturerExportId: number, fileName: string) =>
  download(urlOf('getManufacturerExportFile', { params: { manufacturerExportId } }), fileName);

/** Columns of recorded exports; the batch or the manufacturer, whichever the page is not about, comes in between. */
export const exportColumns = (about: Column<ManufacturerExport>, mayRepeat: boolean): Column<ManufacturerExport>[] => [
  { id: 'at', header: words.at, width: 150, cell: (record) => <Time value={record.exportedAt} /> },
  about,
  { id: 'format', header: words.format, width: 130, cell: (record) => words.formats[record.format] },
  { id: 'count', header: words.count, width: 80, align: 'right', cell: (record) => count(record.keyCount) },
  {
    id: 'returned',
    header: words.returned,
    width: 100,
    align: 'right',
    cell: (record) => count(record.manufacturedCount),
  },
  {
    id: 'due',
    header: words.dueColumn,
    width: 120,
    cell: (record) => <DueDate record={record} mayChange={mayRepeat} />,
  },
  {
    id: 'acknowledged',
    header: words.acknowledged,
    width: 130,
    cell: (record) => <Time value={record.acknowledgedAt} relative />,
  },
  {
    id: 'sha256',
    header: words.sha256,
    width: 170,
    cell: (record) => (
      <span title={record.sha256} style={{ fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 }}>
        {record.sha256.slice(0, 12)}… <CopyIcon value={record.sha256} />
      </span>
    ),
  },
  { id: 'by', header: words.by, width: 110, cell: (record) => record.exportedBy },
  ...(mayRepeat
    ? [
        {
          id: 'repeat',
          header: '',
          width: 48,
          align: 'right' as const,
          fixed: true,
          cell: (record: ManufacturerExport) => (
            <ActionIcon
              variant="subtle"
              aria-label={words.repeatOf(record.fileName)}
              title={words.repeat}
              onClick={() => void downloadExport(record.id, record.fileName)}
            >
              <IconDownload size={16} />
            </ActionIcon>
          ),
        },
      ]
    : []),
];
